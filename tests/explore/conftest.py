"""What the tests of explorers share: a server and a browser for those that need them, and an end for their widgets."""

import lab
import pytest


@pytest.fixture(autouse=True)
def close_widgets():
    """ipywidgets keeps each widget, with its explorer and its pictures, until it is closed."""
    yield
    from ipywidgets import Widget

    Widget.close_all()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with lab.Server(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="module")
def context():
    with lab.browser(sharpness=2 if lab.SHOTS else 1) as context:
        yield context
