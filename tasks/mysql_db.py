"""Databases of MySQL and MariaDB."""

import os

from muster.target import dumps, mysql
from muster.target.system import words_of
from muster.target.task import Choice, Failure, Path, Secret, context, task


@task(aliases={"db": "name", "ssl_ca": "ca_cert", "ssl_cert": "client_cert", "ssl_key": "client_key"},
      obsolete=("unsafe_login_password", "use_shell", "pipefail", "restrict_config_file", "config_overrides_defaults"))
def mysql_db(
    name: [str],
    state: Choice("present", "absent", "dump", "import") = "present",
    encoding: str = "",
    collation: str = "",
    target: Path = None,
    single_transaction: bool = False,
    quick: bool = True,
    skip_lock_tables: bool = False,
    ignore_tables: [str] = (),
    hex_blob: bool = False,
    master_data: int = 0,
    dump_extra_args: str = "",
    force: bool = False,
    chdir: Path = None,
    login_user: str = None,
    login_password: Secret = None,
    login_host: str = None,
    login_port: int = None,
    login_unix_socket: Path = None,
    config_file: Path = mysql.OWN_CONFIG,
    check_implicit_admin: bool = False,
    connect_timeout: int = 30,
    ca_cert: Path = None,
    client_cert: Path = None,
    client_key: Path = None,
    sql_log_bin: bool = True,
):
    """Ensure databases of MySQL or MariaDB exist or do not, or write them to a file or read them from one.

    name: databases; `all` for a dump or import of everything
    state: dump writes, import reads `target`; these two do so each time
    encoding: character set of a new database, or of a dump and import
    collation: collation of a new database
    target: path on the host of the dump; .gz, .bz2 and .xz are compressed
    single_transaction: dump in one transaction
    quick: dump without holding tables in memory
    skip_lock_tables: dump without locking tables
    ignore_tables: what not to dump, as database.table
    hex_blob: dump binary columns in hexadecimal
    master_data: 1 dumps the statement that makes a replica of it, 2 the same as a comment
    dump_extra_args: more arguments for the dump
    force: go on after errors of a dump or import
    chdir: directory in which an import runs
    login_user: who asks; by default whom the configuration file of the client names, or this user
    login_password: password for that
    login_host: where the server is; by default on this host
    login_port: its port, 3306 where nothing says otherwise
    login_unix_socket: its socket on this host
    config_file: configuration file of the client
    check_implicit_admin: try root without a password first
    connect_timeout: seconds until connecting fails
    ca_cert: file with the certificate authority of the server
    client_cert: file with the certificate of the client
    client_key: file with its key
    sql_log_bin: have changes written to the binary log

    Example:
      - mysql_db: {name: shop, encoding: utf8mb4}
      - mysql_db: {name: shop, state: dump, target: /var/backups/shop.sql.gz, single_transaction: true}

    Returns:
      db: names, with blanks between them
      db_list: the same as a list
      executed_commands: statements that were carried out
    """
    if state in ("dump", "import") and not target:
        raise Failure("mysql_db needs target, the path of the file, with state: %s" % state)
    if "all" in name and state not in ("dump", "import"):
        raise Failure("all stands for all databases with state: dump or import only")
    server = mysql.administrated(mysql.Server(
        login_user, login_password, login_host, login_port, login_unix_socket,
        config_file, connect_timeout, (ca_cert, client_cert, client_key), sql_log_bin), check_implicit_admin)
    told = {"db": " ".join(name), "db_list": list(name), "executed_commands": []}
    have = [row[0] for row in server.ask("SHOW DATABASES")]
    if state == "dump":
        options = ["--single-transaction"] * single_transaction + ["--quick" if quick else "--skip-quick"]
        options += ["--skip-lock-tables"] * skip_lock_tables + ["--hex-blob"] * hex_blob + ["--force"] * force
        options += ["--master-data=%d" % master_data] if master_data else []
        options += ["--default-character-set=" + encoding] if encoding else []
        options += ["--ignore-table=" + each for each in ignore_tables] + words_of("dump_extra_args", dump_extra_args)
        missing = [each for each in name if each not in have and each != "all"]
        if missing and not context.check:
            raise Failure("there is no database %s to dump" % ", ".join(missing))
        yield from dumps.written(server, name, target, options)
        return told
    for each in name:
        statement = wanted(each, state, each in have, encoding, collation)
        if statement:
            told["executed_commands"].append(statement)
            yield server.tell(statement, statement)
    if state == "import":
        if not os.path.exists(target) and not context.check:
            raise Failure("there is no %s on the host to import; copy it there first" % target)
        yield from dumps.imported(server, name, target, encoding, force, chdir)
    return told


def wanted(name, state, exists, encoding, collation):
    """Return the statement that makes a database as it should be; None where it is or where all are meant."""
    if state == "absent":
        return "DROP DATABASE " + mysql.identifier(name) if exists else None
    if exists or name == "all":
        return None
    words = ["CREATE DATABASE", mysql.identifier(name)]
    words += ["CHARACTER SET", mysql.quoted(encoding)] if encoding else []
    return " ".join(words + (["COLLATE", mysql.quoted(collation)] if collation else []))
