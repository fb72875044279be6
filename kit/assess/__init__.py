"""Instruments that an office fills in: rules and questions as data files, judgement as pure functions."""
