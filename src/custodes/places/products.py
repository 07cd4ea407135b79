"""Certificates of products (S13.1): entered with their paper, on record, by a person or in a person's name."""

from __future__ import annotations

from datetime import datetime

from custodes.people.models import Paper, Person
from custodes.people.records import config_changed, differences, snapshot
from custodes.places.models import Product


def enter_product(product: Product, paper: Paper, by: Person, at: datetime) -> Product:
    """Keep a certificate that its form found whole; in the caller's transaction with its paper."""
    product.by, product.at, product.paper = by, at, paper
    product.save()
    config_changed(product, differences({}, snapshot(product)), by=by, at=at)
    return product
