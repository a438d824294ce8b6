"""`qaudit audit` with work that fails on purpose: python -m tests.faults.driver MANIFEST --out DIR [--workers N] ..."""

from __future__ import annotations

import sys

from qaudit.batch import audit as audit_module
from qaudit.cli.main import main

from .work import faulty_record

if __name__ == "__main__":
    audit_module.record_of = faulty_record
    sys.exit(int(main(["audit", *sys.argv[1:], "--pages", "none"])))  # its records are made up
