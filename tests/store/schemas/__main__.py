"""`python -m tests.store.schemas`: note what the newest migrations come to."""

from tests.store.schemas import note_missing

for name in note_missing():
    print(name)
