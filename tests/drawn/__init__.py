"""Flat craft goods drawn in code, photographed through a known homography in a known light: scenes of which all is known."""
