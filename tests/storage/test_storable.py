"""Claims about characters that databases refuse: no row fails for them, whoever wrote them."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from storage.database.engine import Database
from storage.tables import Base, Paper, Workspace
from storage.tables.storable import storable, storable_json

HOSTILE = "K\x00f2rsou \ud800 beats\\u0000 it 🙂"
HARMLESS = "Kf2rsou  beats\\u0000 it 🙂"


async def test_a_row_takes_what_a_model_or_a_person_wrote_and_gives_it_back(database: Database) -> None:
    now = datetime.now(UTC)
    async with database.transaction("T1", alone=False) as session:
        session.add(Workspace(id="T1", name="T", installed_at=now))
        await session.flush()
        session.add(
            Paper(
                workspace_id="T1", canonical="doi:10.1/x", url="https://x.org", created_at=now, title=HOSTILE,
                authors=[HOSTILE, "B"], abstract=HOSTILE,
            )
        )  # fmt: skip
    async with database.reading("T1") as session:
        paper = (await session.scalars(select(Paper).where(Paper.title == HOSTILE))).one()
        assert (paper.title, paper.abstract, paper.authors) == (HARMLESS, HARMLESS, [HARMLESS, "B"])
    assert "papers" in Base.metadata.tables


@given(
    st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_json_is_storable_and_keeps_everything_else(value: object) -> None:
    text = storable_json(value)
    json.loads(text.encode("ascii"))
    assert storable_json(json.loads(text)) == text
    if isinstance(value, str):
        assert json.loads(text) == storable(value)
