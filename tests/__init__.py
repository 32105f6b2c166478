"""Tests read as sentences; their folders mirror the code."""
