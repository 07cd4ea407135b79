"""Tests of upgrade orders."""
