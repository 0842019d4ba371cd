"""Elements and attributes of XML files."""

import re

from muster.target.elements import children, copies, prefixes, shape, text
from muster.target.files import read, write
from muster.target.markup import Document
from muster.target.task import Choice, Failure, Path, task
from muster.target.text import absent

# A step of an XPath that can be made: a name, and what it must have: [@id='1'], [text()='x'], [name='x'].
STEP = re.compile(r"(@?[\w.:-]+)((?:\[\s*(?:@?[\w.:-]+|text\(\))\s*=\s*(?:'[^']*'|\"[^\"]*\")\s*\])*)")
CONDITION = re.compile(r"\[\s*(@?[\w.:-]+|text\(\))\s*=\s*(?:'([^']*)'|\"([^\"]*)\")\s*\]")


@task(aliases={"dest": "path", "file": "path", "ensure": "state"})
def xml(
    path: Path = None, xmlstring: str = None, xpath: str = None, namespaces: dict = None,
    state: Choice("present", "absent") = "present", attribute: str = None, value: str = None,
    add_children: list = None, set_children: list = None, insertbefore: bool = False, insertafter: bool = False,
    input_type: Choice("yaml", "xml") = "yaml", count: bool = False, print_match: bool = False,
    content: Choice("attribute", "text") = None, pretty_print: bool = False, strip_cdata_tags: bool = False,
    backup: bool = False,
):
    """Ensure that an XML file has elements, attributes and values, or has them no more; or tell what it has.

    path: the file, which must be there
    xmlstring: XML to work on instead of a file; what becomes of it is returned
    xpath: what is meant; elements and attributes that are missing are made, with the values that the steps name
    namespaces: prefixes of names in xpath, attribute and children, and the URIs they stand for
    state: absent takes what xpath selects away
    attribute: name of the attribute that is to have the value; without it the element itself has it as its text
    value: the text
    add_children: elements to add to those selected: a name, {name: text}, or {name: {ATTRIBUTE: text, +value: text,
        _: [children]}}
    set_children: the elements that those selected are to have, and no others
    insertbefore: add the children before the first element selected, beside it
    insertafter: add them behind the last element selected
    input_type: whether children are given so, or as texts of XML
    count: only tell how many nodes there are
    print_match: only tell where they are
    content: only tell their attributes, or their texts
    pretty_print: indent the file anew when it is written
    strip_cdata_tags: write what stands in CDATA as other text when the file is written
    backup: keep a copy of what was there

    Example:
        - name: Listen on another port
          xml:
            path: /etc/app/server.xml
            xpath: /Server/Connector
            attribute: port
            value: "8081"

    Returns:
        actions: {xpath, namespaces, state} as given
        count: how many nodes were found, with count or content
        matches: with print_match their paths; with content, {name: text} or {name: {attribute: text}} of each
        msg: the same in words
        xmlstring: what became of it, where one was given
        backup_file: the copy of what was there, if one was made
    """
    namespaces = namespaces or {}
    asks = {"value": value is not None, "add_children": add_children is not None, "count": count,
            "set_children": set_children is not None, "print_match": print_match, "content": content is not None}
    check((path, xmlstring), xpath, [name for name in asks if asks[name]], attribute, value, state, pretty_print,
          insertbefore or insertafter)
    data = xmlstring.encode("utf-8") if path is None else read(path)
    if data is None:
        raise absent(path, ": xml edits one, and makes none")
    document = Document(data, path or "xmlstring", namespaces, pretty_print, strip_cdata_tags,
                        "utf-8" if path is None else None)
    result = {"actions": {"xpath": xpath, "namespaces": namespaces, "state": state}}
    if count or print_match or content:
        return dict(result, **tell(document, xpath, count, content))
    if add_children is not None:
        changed = add(document, xpath, children(document, add_children, input_type), insertbefore, insertafter)
    elif set_children is not None:
        changed = fill(document, xpath, children(document, set_children, input_type))
    elif state == "absent":
        changed = take(document, xpath)
    else:
        changed = xpath is None or put(document, xpath, attribute, value)
    after = document.write() if changed else data
    if path is None:
        return dict(result, xmlstring=after.decode("utf-8"), changed=after != data)
    return dict(result, **(yield from write(path, after, backup=backup)))


def check(sources, xpath, asked, attribute, value, state, pretty, beside):
    """Raise Failure for arguments that do not go together."""
    if (sources[0] is None) == (sources[1] is None):
        raise Failure("xml needs a path or an xmlstring, and not both")
    if len(asked) > 1:
        raise Failure("%s exclude each other: make several tasks of it" % " and ".join(asked))
    if xpath is None and (asked or attribute or state == "absent" or not pretty):
        raise Failure("xml needs an xpath that says what is meant")
    if state == "absent" and (asked or attribute):
        raise Failure("state: absent takes away what xpath selects, and goes without %s; an attribute is selected by "
                      "/@NAME at its end" % (asked + ["attribute"])[0])
    if attribute and value is None:
        raise Failure("the attribute %s needs a value" % attribute)
    if beside and "add_children" not in asked:
        raise Failure("insertbefore and insertafter need add_children")


def tell(document, xpath, count, content):
    """Return what was found: how many, where, or what is in it."""
    if count:
        number = len(document.find(xpath))
        return {"count": number, "msg": "found %d nodes" % number}
    if not content:
        paths = [document.path(each) for each in document.find(xpath)]
        return {"matches": paths, "msg": "%s selects %s" % (xpath, ", ".join(paths) or "nothing")}
    found = document.elements(xpath)
    if not found:
        raise Failure("%s selects nothing in %s" % (xpath, document.where))
    matches = [{each.tag: dict(each.attrib) if content == "attribute" else each.text} for each in found]
    return {"matches": matches, "count": len(found), "msg": "found %d nodes" % len(found)}


def add(document, xpath, new, before, after):
    """Add elements to all that are selected, or beside the first or the last; tell whether there was any."""
    found = document.elements(xpath)
    if not (before or after):
        for each in found:
            each.extend(copies(document, new))
    elif found:
        beside = found[0 if before else -1]
        parent = beside.getparent()
        if parent is None:
            raise Failure("nothing can stand beside the outermost element, %s" % xpath)
        place = parent.index(beside) + (0 if before else 1)
        parent[place:place] = new
    return bool(found and new)


def fill(document, xpath, new):
    """Have these children and no others; tell whether any of those selected had others."""
    others = [each for each in document.elements(xpath)
              if [shape(child) for child in each] != [shape(child) for child in new]]
    for each in others:
        each[:] = copies(document, new)
    return bool(others)


def take(document, xpath):
    """Take away what is selected; tell whether there was anything."""
    found = document.find(xpath)
    for each in found:
        if isinstance(each, str):
            if not each.is_attribute:
                raise Failure("%s selects text: select its element, and give it a value" % xpath)
            del each.getparent().attrib[each.attrname]
        elif each.getparent() is None:
            raise Failure("%s selects the outermost element of %s, or what is outside of it" % (xpath, document.where))
        else:
            keep_tail(each)
            each.getparent().remove(each)
    return bool(found)


def keep_tail(node):
    """Give the text behind an element to what stands before it: lxml would take it away, too."""
    if (node.tail or "").strip():
        before, parent = node.getprevious(), node.getparent()
        if before is None:
            parent.text = (parent.text or "") + node.tail
        else:
            before.tail = (before.tail or "") + node.tail


def put(document, xpath, attribute, value):
    """Have what xpath selects, with this value; tell whether something had to be altered."""
    value = value if value is None else text(value)
    changed = make(document, xpath)
    for each in document.find(xpath) if value is not None else ():
        owner, name = each, attribute and document.name(attribute)
        if isinstance(each, str):
            if attribute or not each.is_attribute:
                raise Failure("%s selects no element, which is what has a value or an attribute" % xpath)
            owner, name = each.getparent(), each.attrname
        if (owner.get(name) if name else owner.text or "") != value:
            changed = True
            owner.set(name, value) if name else setattr(owner, "text", value)
    return changed


def make(document, xpath):
    """Make what xpath selects where there is nothing of it; tell whether it was made."""
    if document.find(xpath):
        return False
    parent, slash, step = re.match(r"(?s)(.*?)(/?)((?:[^/'\"\[\]]|\[(?:'[^']*'|\"[^\"]*\"|[^'\"\]])*\])*)$",
                                   xpath).groups()
    found = STEP.fullmatch(step)
    if not (found and slash and parent and not parent.endswith("/")):
        raise Failure("%s selects nothing in %s, and cannot be made: only steps such as name, name[@a='b'], "
                      "name[text()='b'] and @name can, below what is there" % (xpath, document.where))
    make(document, parent)
    for each in document.elements(parent):
        if step.startswith("@"):
            each.set(document.name(step[1:]), "")
            continue
        name = found.group(1)
        new = document.etree.SubElement(each, document.name(name), nsmap=prefixes(document, name, each))
        for name, single, double in CONDITION.findall(found.group(2)):
            meet(document, new, name, single or double)
    return True


def meet(document, new, name, value):
    """Give a new element what a condition of its step asks for."""
    if name.startswith("@"):
        new.set(document.name(name[1:]), value)
    elif name == "text()":
        new.text = value
    else:
        document.etree.SubElement(new, document.name(name)).text = value
