"""A project of one small experiment, for the tests of tracking and console."""
