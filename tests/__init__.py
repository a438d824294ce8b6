"""Tests of qaudit, one folder a room."""
