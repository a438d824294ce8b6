"""``python -m qaudit``: the same as the ``qaudit`` command."""

from qaudit.cli.main import run

if __name__ == "__main__":
    run()
