"""Closes the widgets that a test has made: ipywidgets keeps each, with its explorer and its pictures, until then."""

import pytest


@pytest.fixture(autouse=True)
def close_widgets():
    yield
    from ipywidgets import Widget

    Widget.close_all()
