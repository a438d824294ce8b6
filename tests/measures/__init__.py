"""Tests of qaudit.measures."""
