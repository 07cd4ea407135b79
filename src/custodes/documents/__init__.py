"""Printed documents (文书): a typed document and a template in, a PDF out. Pure: no Django, no settings, no clock."""
