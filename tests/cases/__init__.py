"""Tests of the engine of cases."""
