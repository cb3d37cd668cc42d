import asyncio

import pytest

from tests.faults.storm import SEED, Result, brewing, play


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The same tournament and votes with nobody in the way."""

    async def calmly() -> Result:
        folder = tmp_path_factory.mktemp("clean")
        async with brewing(folder, f"sqlite:///{folder / 'clean.db'}", SEED, latency=0.0) as storm:
            return await play(storm, None)

    return asyncio.run(calmly())
