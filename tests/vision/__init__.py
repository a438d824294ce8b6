"""Tests of qaudit.vision."""
