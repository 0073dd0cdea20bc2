import pytest
import web


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The folder of the site, built once."""
    folder = tmp_path_factory.mktemp("web") / "site"
    web.build(folder)
    return folder


@pytest.fixture(scope="session")
def address(site):
    with web.served(site) as url:
        yield url


@pytest.fixture(scope="session")
def chrome():
    with web.browser() as one:
        yield one
