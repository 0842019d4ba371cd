"""New elements for XML documents, from names and mappings."""

import re

from muster.target.markup import Document
from muster.target.task import Failure

FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, section 2.2.


def children(document, given, input_type):
    """Return new elements.

    given: names, or {name: text}, or {name: {ATTRIBUTE: text, "+value": text, "_": [children]}}
    input_type: yaml if they are given so, xml if they are texts of XML
    """
    if input_type == "yaml":
        return [element(document, each) for each in given]
    found = []
    for each in given:
        if not isinstance(each, str):
            raise Failure("with input_type: xml children are texts, not %r" % (each,))
        found.append(Document(each.encode("utf-8"), "the child %s" % each, {}).root)
    return found


def element(document, given):
    """Return the new element that a name, or a mapping of one name, describes."""
    if isinstance(given, dict) and len(given) != 1:
        raise Failure("a child is a name, or a mapping of one name, not of %d: %s" % (len(given), given))
    name, inside = next(iter(given.items())) if isinstance(given, dict) else (given, None)
    inside = inside if isinstance(inside, dict) else {"+value": inside}
    new = document.etree.Element(document.name(str(name)), nsmap=prefixes(document, name))
    for key, value in inside.items():
        if key == "_":
            new.extend([element(document, each) for each in value or []])
        elif isinstance(value, (dict, list)):
            raise Failure("%s of the child %s must be text; children of a child stand in a list called _" % (key, name))
        elif key == "+value":
            new.text = None if value is None else text(value)
        else:
            new.set(document.name(key), "" if value is None else text(value))
    return new


def prefixes(document, name, parent=None):
    """Return {prefix: URI} for a name that has one, unless its parent knows that URI already; else None."""
    prefix = str(name).rpartition(":")[0]
    uri = document.namespaces.get(prefix) if prefix else None
    return {prefix: uri} if uri and (parent is None or uri not in parent.nsmap.values()) else None


def text(value):
    """Return a value as text that XML can hold."""
    words = str(value).lower() if isinstance(value, bool) else str(value)
    if FORBIDDEN.search(words):
        raise Failure("XML cannot hold the control characters in %r" % words)
    return words


def copies(document, elements):
    """Return copies, since an element is in one place alone."""
    return [document.etree.fromstring(document.etree.tostring(each)) for each in elements]


def shape(node):
    """Return what makes an element what it is, without the blanks around its children."""
    return node.tag, dict(node.attrib), (node.text or "").strip(), [shape(each) for each in node]
