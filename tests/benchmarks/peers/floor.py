"""The floor: as little as can store an answer durably. No validation, no idempotency, no receipt that withdraws."""

import json
import os
import sqlite3
import threading
import uuid

from flask import Flask, request

app = Flask(__name__)
connections: dict[int, sqlite3.Connection] = {}


def connection() -> sqlite3.Connection:
    thread = threading.get_ident()
    if thread not in connections:
        one = sqlite3.connect(os.environ["FLOOR_FILE"], timeout=30, isolation_level=None)
        one.execute("PRAGMA journal_mode = WAL")
        one.execute("PRAGMA synchronous = FULL")
        one.execute("CREATE TABLE IF NOT EXISTS answers (id TEXT PRIMARY KEY, body TEXT NOT NULL)")
        connections[thread] = one
    return connections[thread]


@app.post("/answers")
def take() -> tuple[dict[str, str], int]:
    receipt = uuid.uuid4().hex
    connection().execute("INSERT INTO answers VALUES (?, ?)", (receipt, json.dumps(request.get_json())))
    return {"receipt": receipt}, 201


@app.post("/echo")
def echo() -> tuple[dict[str, str], int]:
    return {"receipt": request.get_json()["id"]}, 201
