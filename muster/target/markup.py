"""XML documents: read, searched and written by lxml, which is the host's and not in Python itself."""

import importlib
import re
import site
import sys

from muster.target.task import Failure

MODULE = "lxml.etree"
# What may stand before the outermost element: blanks, the declaration, comments, and the type of the document.
HEAD = re.compile(br"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*", re.DOTALL)
BOM = b"\xef\xbb\xbf"
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")  # Beginnings of UTF-16, whose text no pattern of bytes fits.


def lxml():
    """Return lxml.etree. The agent runs without the host's packages, so that they are looked for here alone."""
    before = list(sys.path)
    sys.path.extend(path for path in site.getsitepackages() if path not in before)
    try:
        return importlib.import_module(MODULE)
    except ImportError as error:
        raise Failure("%s has no lxml (%s): install python3-lxml (Debian, Red Hat), python-lxml (Arch) or py3-lxml "
                      "(Alpine), or pip's lxml for that Python" % (sys.executable, error))
    finally:
        sys.path[:] = before


class Document:
    """An XML document.

    data: its bytes
    where: its path, or other words for messages
    namespaces: {prefix: URI} for what names have in XPath and in new elements
    pretty: indent it anew
    strip_cdata: write text that stands in CDATA as other text
    encoding: that of the bytes, whatever the document says
    """

    def __init__(self, data, where, namespaces, pretty=False, strip_cdata=False, encoding=None):
        self.data = data
        self.where = where
        self.namespaces = namespaces
        self.pretty = pretty
        self.encoding = encoding
        self.etree = lxml()
        # What entities stand for may lie in other files, of which none is read.
        parser = self.etree.XMLParser(remove_blank_text=pretty, strip_cdata=strip_cdata, resolve_entities=False,
                                       encoding=encoding)
        try:
            self.root = self.etree.fromstring(data, parser)
        except self.etree.XMLSyntaxError as error:
            raise Failure("%s is no XML that can be read: %s" % (where, error))

    def find(self, xpath):
        """Return what an XPath selects: elements, and attributes and texts as lxml's strings that know theirs."""
        try:
            found = self.root.getroottree().xpath(xpath, namespaces=self.namespaces)
        except (self.etree.XPathError, TypeError, ValueError) as error:
            raise Failure("the xpath %s cannot be used: %s" % (xpath, error))
        if not isinstance(found, list) or any(isinstance(each, tuple) for each in found):
            raise Failure("the xpath %s selects no nodes but is worth %s" % (xpath, found))
        return found

    def elements(self, xpath):
        """Return the elements that an XPath selects; raise Failure where there is something else among them."""
        found = self.find(xpath)
        if not all(isinstance(getattr(each, "tag", None), str) for each in found):
            raise Failure("the xpath %s selects more than elements in %s: name the elements" % (xpath, self.where))
        return found

    def path(self, node):
        """Return the XPath that selects this node alone."""
        tree = self.root.getroottree()
        if not isinstance(node, str):
            return tree.getpath(node)
        return tree.getpath(node.getparent()) + ("/@" + node.attrname if node.is_attribute else "/text()")

    def name(self, word):
        """Return the name of an element or attribute as lxml has it: x:foo is {URI of x}foo."""
        prefix, colon, local = word.rpartition(":")
        if colon and prefix not in self.namespaces:
            raise Failure("the prefix of %s is none of the namespaces: add it there" % word)
        try:
            return str(self.etree.QName(self.namespaces[prefix] if colon else None, local))
        except ValueError as error:
            raise Failure("%s is no name in XML: %s" % (word, error))

    def write(self):
        """Return the bytes of the document; what stands before the outermost element is as it was read."""
        encoding = self.encoding or self.root.getroottree().docinfo.encoding or "UTF-8"
        bom = BOM if self.data.startswith(BOM) else b""
        head = HEAD.match(self.data, len(bom)).end()
        if self.data.startswith(WIDE) or not re.match(br"<[^!?]", self.data[head:]):
            return self.etree.tostring(self.root.getroottree(), encoding=encoding, xml_declaration=True)
        parts = [self.data[:head], self.text(self.root, encoding)]
        parts.extend(b"\n" + self.text(each, encoding).strip() for each in self.root.itersiblings())
        blank = self.data[len(self.data.rstrip()):]
        return b"".join(parts).rstrip() + (blank or (b"\n" if self.pretty else b""))

    def text(self, node, encoding):
        return self.etree.tostring(node, encoding=encoding, xml_declaration=False, with_tail=False,
                                   pretty_print=self.pretty)
