"""The settings of ansible.cfg and of `ANSIBLE_*` variables: what each is for here, or why it is for nothing.

Names, places and types are those that ansible-core 2.19 documents (`ansible-config list`, and the options of its
plugins), and those that 2.16 to 2.18 had besides. Where several keys or variables set one thing, the last that is set
counts, as there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Setting(NamedTuple):
    """A setting that is honoured.

    keys: where it is in ansible.cfg: words like "defaults.forks", section and key
    variables: of the environment
    kind: "text", "secret" (a text that is never shown), "flag", "number", "count" (a number above 0), "path", "paths"
        (with colons between), "files" (paths with commas between) or "words" (with commas between)
    default: what holds when nobody sets it
    about: what it is for
    choices: the values there are; other ones are mistakes, or, where `others` says why, have no effect
    """

    word: str
    keys: str
    variables: str
    kind: str
    default: Any
    about: str
    choices: tuple[str, ...] = ()
    others: str = ""


SETTINGS = (
    Setting("home", "defaults.home", "ANSIBLE_HOME", "path", "~/.ansible", "where roles and collections are installed"),
    # What is run, and on which hosts.
    Setting("inventory", "defaults.inventory", "ANSIBLE_INVENTORY", "files", ("/etc/ansible/hosts",),
            "inventories, where there is no -i"),
    Setting("inventory_ignore_extensions", "defaults.inventory_ignore_extensions inventory.ignore_extensions",
            "ANSIBLE_INVENTORY_IGNORE", "words",
            (".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig", ".cfg", ".retry"),
            "ends of names that are passed over in a directory of inventories"),
    Setting("inventory_ignore_patterns", "defaults.inventory_ignore_patterns inventory.ignore_patterns",
            "ANSIBLE_INVENTORY_IGNORE_REGEX", "words", (), "regular expressions of names that are passed over there"),
    Setting("inventory_unparsed_is_failed", "inventory.unparsed_is_failed", "ANSIBLE_INVENTORY_UNPARSED_FAILED", "flag",
            False, "it is an error if no configured inventory exists"),
    Setting("inventory_any_unparsed_is_failed", "inventory.any_unparsed_is_failed",
            "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "flag", False, "it is an error if one of them does not exist"),
    Setting("host_pattern_mismatch", "inventory.host_pattern_mismatch", "ANSIBLE_HOST_PATTERN_MISMATCH", "text",
            "warning", "what a name in `hosts` is that nothing matches", ("warning", "error", "ignore")),
    Setting("roles_path", "defaults.roles_path", "ANSIBLE_ROLES_PATH", "paths",
            ("{home}/roles", "/usr/share/ansible/roles", "/etc/ansible/roles"), "where roles are looked for"),
    Setting("collections_path", "defaults.collections_paths defaults.collections_path",
            "ANSIBLE_COLLECTIONS_PATHS ANSIBLE_COLLECTIONS_PATH", "paths",
            ("{home}/collections", "/usr/share/ansible/collections"), "where roles of collections are looked for"),
    Setting("filter_plugins", "defaults.filter_plugins", "ANSIBLE_FILTER_PLUGINS", "paths",
            ("{home}/plugins/filter", "/usr/share/ansible/plugins/filter"), "where filters of your own are looked for"),
    Setting("test_plugins", "defaults.test_plugins", "ANSIBLE_TEST_PLUGINS", "paths",
            ("{home}/plugins/test", "/usr/share/ansible/plugins/test"), "where tests of your own are looked for"),
    Setting("library", "defaults.library", "ANSIBLE_LIBRARY", "paths",
            ("{home}/plugins/modules", "/usr/share/ansible/plugins/modules"),
            "where modules written for Ansible are, which are known and not run"),
    Setting("action_plugins", "defaults.action_plugins", "ANSIBLE_ACTION_PLUGINS", "paths",
            ("{home}/plugins/action", "/usr/share/ansible/plugins/action"), "where their other halves are"),
    Setting("tags", "tags.run", "ANSIBLE_RUN_TAGS", "words", (), "tags that -t adds to"),
    Setting("skip_tags", "tags.skip", "ANSIBLE_SKIP_TAGS", "words", (), "tags that --skip-tags adds to"),
    # How hosts are reached.
    Setting("transport", "defaults.transport", "ANSIBLE_TRANSPORT", "text", "smart", "kind of connection (-c)"),
    Setting("remote_user", "defaults.remote_user", "ANSIBLE_REMOTE_USER", "text", None, "user to log in as (-u)"),
    Setting("remote_port", "defaults.remote_port", "ANSIBLE_REMOTE_PORT", "number", None, "port to log in at"),
    Setting("private_key_file", "defaults.private_key_file", "ANSIBLE_PRIVATE_KEY_FILE", "path", None,
            "private key to log in with (--private-key)"),
    Setting("ask_pass", "defaults.ask_pass", "ANSIBLE_ASK_PASS", "flag", False, "ask for the login's password (-k)"),
    Setting("connection_password_file", "defaults.connection_password_file", "ANSIBLE_CONNECTION_PASSWORD_FILE", "path",
            None, "file, or program, that gives the login's password"),
    Setting("timeout", "defaults.timeout ssh_connection.timeout", "ANSIBLE_TIMEOUT ANSIBLE_SSH_TIMEOUT", "count", 10,
            "seconds for a connection to come about (-T)"),
    Setting("host_key_checking", "defaults.host_key_checking ssh_connection.host_key_checking",
            "ANSIBLE_HOST_KEY_CHECKING ANSIBLE_SSH_HOST_KEY_CHECKING", "flag", True,
            "refuse hosts whose keys are not known; without it they are taken down, and changed ones still refused"),
    Setting("ssh_args", "ssh_connection.ssh_args", "ANSIBLE_SSH_ARGS", "text", "", "options for ssh"),
    Setting("ssh_common_args", "ssh_connection.ssh_common_args", "ANSIBLE_SSH_COMMON_ARGS", "text", "",
            "options for ssh (--ssh-common-args)"),
    Setting("ssh_extra_args", "ssh_connection.ssh_extra_args", "ANSIBLE_SSH_EXTRA_ARGS", "text", "", "options for ssh"),
    Setting("ssh_retries", "connection.retries ssh_connection.retries", "ANSIBLE_SSH_RETRIES", "number", 0,
            "further attempts to connect"),
    Setting("interpreter_python", "defaults.interpreter_python", "ANSIBLE_PYTHON_INTERPRETER", "text", "auto",
            "path of Python on the hosts; auto finds it"),
    # As whom tasks are carried out.
    Setting("become", "privilege_escalation.become", "ANSIBLE_BECOME", "flag", False, "become another user (-b)"),
    Setting("become_user", "privilege_escalation.become_user sudo_become_plugin.user su_become_plugin.user",
            "ANSIBLE_BECOME_USER ANSIBLE_SUDO_USER ANSIBLE_SU_USER", "text", "root", "user to become (--become-user)"),
    Setting("become_method", "privilege_escalation.become_method", "ANSIBLE_BECOME_METHOD", "text", "sudo",
            "how: sudo or su"),
    Setting("become_exe", "privilege_escalation.become_exe sudo_become_plugin.executable su_become_plugin.executable",
            "ANSIBLE_BECOME_EXE ANSIBLE_SUDO_EXE ANSIBLE_SU_EXE", "text", None, "path of the program that does it"),
    Setting("become_flags", "privilege_escalation.become_flags sudo_become_plugin.flags su_become_plugin.flags",
            "ANSIBLE_BECOME_FLAGS ANSIBLE_SUDO_FLAGS ANSIBLE_SU_FLAGS", "text", "", "options for sudo or su"),
    Setting("become_password", "sudo_become_plugin.password su_become_plugin.password",
            "ANSIBLE_BECOME_PASS ANSIBLE_SUDO_PASS ANSIBLE_SU_PASS", "secret", None,
            "the password that sudo or su wants"),
    Setting("become_ask_pass", "privilege_escalation.become_ask_pass", "ANSIBLE_BECOME_ASK_PASS", "flag", False,
            "ask for sudo's password (-K)"),
    Setting("become_password_file", "defaults.become_password_file", "ANSIBLE_BECOME_PASSWORD_FILE", "path", None,
            "file, or program, that gives sudo's password"),
    Setting("vault_password_file", "defaults.vault_password_file", "ANSIBLE_VAULT_PASSWORD_FILE", "path", None,
            "file, or program, that gives the vault's password"),
    Setting("vault_identity_list", "defaults.vault_identity_list", "ANSIBLE_VAULT_IDENTITY_LIST", "words", (),
            "further passwords of vaults: LABEL@FILE"),
    Setting("vault_identity", "defaults.vault_identity", "ANSIBLE_VAULT_IDENTITY", "text", "default",
            "label of a vault's password that has none"),
    Setting("vault_encrypt_identity", "defaults.vault_encrypt_identity", "ANSIBLE_VAULT_ENCRYPT_IDENTITY", "text", None,
            "label of the password to encrypt with"),
    Setting("vault_id_match", "defaults.vault_id_match", "ANSIBLE_VAULT_ID_MATCH", "flag", False,
            "only the password with a vault's own label opens it"),
    Setting("ask_vault_pass", "defaults.ask_vault_pass", "ANSIBLE_ASK_VAULT_PASS", "flag", False,
            "ask for the vault's password"),
    # How tasks are carried out.
    Setting("forks", "defaults.forks", "ANSIBLE_FORKS", "count", 50, "hosts at the same time (-f)"),
    Setting("gathering", "defaults.gathering", "ANSIBLE_GATHERING", "text", "implicit",
            "whether plays gather facts: unless they say no, only if they say yes, or unless they are known",
            ("implicit", "explicit", "smart")),
    Setting("gather_subset", "defaults.gather_subset", "ANSIBLE_GATHER_SUBSET", "words", (),
            "which facts plays gather"),
    Setting("gather_timeout", "defaults.gather_timeout", "ANSIBLE_GATHER_TIMEOUT", "number", None,
            "seconds that gathering may take"),
    Setting("fact_path", "defaults.fact_path", "", "text", None, "where hosts keep facts of their own"),
    Setting("fact_caching", "defaults.fact_caching", "ANSIBLE_CACHE_PLUGIN", "text", "memory",
            "where facts are kept: memory, for the run, or jsonfile",
            ("memory", "jsonfile", "ansible.builtin.memory", "ansible.builtin.jsonfile"),
            "facts are kept in memory or in JSON files"),
    Setting("fact_caching_connection", "defaults.fact_caching_connection", "ANSIBLE_CACHE_PLUGIN_CONNECTION", "path",
            None, "directory for the JSON files"),
    Setting("fact_caching_prefix", "defaults.fact_caching_prefix", "ANSIBLE_CACHE_PLUGIN_PREFIX", "text", "",
            "what their names begin with"),
    Setting("fact_caching_timeout", "defaults.fact_caching_timeout", "ANSIBLE_CACHE_PLUGIN_TIMEOUT", "number", 86400,
            "seconds for which they hold; 0 is for ever"),
    Setting("inject_facts_as_vars", "defaults.inject_facts_as_vars", "ANSIBLE_INJECT_FACT_VARS", "flag", True,
            "facts are variables too: ansible_x beside ansible_facts.x"),
    Setting("force_handlers", "defaults.force_handlers", "ANSIBLE_FORCE_HANDLERS", "flag", False,
            "run notified handlers even after a failure (--force-handlers)"),
    Setting("any_errors_fatal", "defaults.any_errors_fatal", "ANSIBLE_ANY_ERRORS_FATAL", "flag", False,
            "one failed host ends the play for all"),
    Setting("task_timeout", "defaults.task_timeout", "ANSIBLE_TASK_TIMEOUT", "number", 0,
            "seconds that a task may take; 0 is as long as it wants"),
    Setting("no_log", "defaults.no_log", "ANSIBLE_NO_LOG", "flag", False, "hide all results"),
    Setting("hash_behaviour", "defaults.hash_behaviour", "ANSIBLE_HASH_BEHAVIOUR", "text", "replace",
            "of two mappings of one name the nearer replaces the other; merge is refused", ("replace", "merge")),
    Setting("ansible_managed", "defaults.ansible_managed", "", "text", "Ansible managed",
            "what ansible_managed says in templates"),
    Setting("jinja2_extensions", "defaults.jinja2_extensions", "ANSIBLE_JINJA2_EXTENSIONS", "words", (),
            "extensions of Jinja"),
    # What is shown.
    Setting("output", "defaults.stdout_callback", "ANSIBLE_STDOUT_CALLBACK", "text", "auto",
            "how to report (-o): default is `ansible`, json is `jsonl`",
            ("default", "ansible.builtin.default", "json", "ansible.posix.json", "ansible.posix.jsonl"),
            "muster reports in its own ways (-o)"),
    Setting("display_skipped_hosts", "defaults.display_skipped_hosts", "ANSIBLE_DISPLAY_SKIPPED_HOSTS", "flag", True,
            "-o ansible tells of tasks that were skipped"),
    Setting("display_ok_hosts", "defaults.display_ok_hosts", "ANSIBLE_DISPLAY_OK_HOSTS", "flag", True,
            "-o ansible tells of tasks that changed nothing"),
    Setting("verbosity", "defaults.verbosity", "ANSIBLE_VERBOSITY", "number", 0, "as many more -v"),
    Setting("diff", "diff.always", "ANSIBLE_DIFF_ALWAYS", "flag", False, "show what changes in files (-D)"),
    Setting("diff_context", "diff.context", "ANSIBLE_DIFF_CONTEXT", "number", 3, "lines around what differs in them"),
)
BY_WORD: Mapping[str, Setting] = {setting.word: setting for setting in SETTINGS}

# Settings that say what can make no difference here; nothing is told of them. Each is written as in `keys`, with its
# variables after slashes; a star stands for the rest of any name.
MEANINGLESS = {
    "muster has no cows":
        "defaults.nocows/ANSIBLE_NOCOWS defaults.cowpath/ANSIBLE_COW_PATH defaults.cow_selection/ANSIBLE_COW_SELECTION "
        "defaults.cowsay_enabled_stencils/ANSIBLE_COW_ACCEPTLIST/ANSIBLE_COW_WHITELIST defaults.cow_whitelist",
    "muster sends tasks ahead over one connection a host, in all that this could be about":
        "defaults.pipelining/ANSIBLE_PIPELINING connection.pipelining ssh_connection.pipelining/ANSIBLE_SSH_PIPELINING "
        "defaults.module_compression defaults.internal_poll_interval defaults.poll_interval/ANSIBLE_POLL_INTERVAL "
        "ssh_connection.usetty/ANSIBLE_SSH_USETTY /ANSIBLE_WORKER_SHUTDOWN_POLL_COUNT "
        "/ANSIBLE_WORKER_SHUTDOWN_POLL_DELAY defaults.use_persistent_connections/ANSIBLE_USE_PERSISTENT_CONNECTIONS",
    "muster is an ssh of its own, without sockets to share and programs to start":
        "ssh_connection.control_path/ANSIBLE_SSH_CONTROL_PATH "
        "ssh_connection.control_path_dir/ANSIBLE_SSH_CONTROL_PATH_DIR "
        "ssh_connection.ssh_executable/ANSIBLE_SSH_EXECUTABLE ssh_connection.scp_if_ssh/ANSIBLE_SCP_IF_SSH "
        "ssh_connection.transfer_method/ANSIBLE_SSH_TRANSFER_METHOD "
        "ssh_connection.sftp_batch_mode/ANSIBLE_SFTP_BATCH_MODE ssh_connection.sftp_executable/ANSIBLE_SFTP_EXECUTABLE "
        "ssh_connection.scp_executable/ANSIBLE_SCP_EXECUTABLE ssh_connection.scp_extra_args/ANSIBLE_SCP_EXTRA_ARGS "
        "ssh_connection.sftp_extra_args/ANSIBLE_SFTP_EXTRA_ARGS "
        "ssh_connection.password_mechanism/ANSIBLE_SSH_PASSWORD_MECHANISM "
        "ssh_connection.sshpass_prompt/ANSIBLE_SSHPASS_PROMPT ssh_connection.verbosity/ANSIBLE_SSH_VERBOSITY",
    "muster leaves no files on hosts":
        "defaults.remote_tmp/ANSIBLE_REMOTE_TEMP/ANSIBLE_REMOTE_TMP defaults.local_tmp/ANSIBLE_LOCAL_TEMP "
        "defaults.system_tmpdirs/ANSIBLE_SYSTEM_TMPDIRS defaults.keep_remote_files/ANSIBLE_KEEP_REMOTE_FILES "
        "defaults.allow_world_readable_tmpfiles/ANSIBLE_SHELL_ALLOW_WORLD_READABLE_TEMP "
        "defaults.common_remote_group/ANSIBLE_COMMON_REMOTE_GROUP defaults.admin_users/ANSIBLE_ADMIN_USERS",
    "the agent runs in /bin/sh's place; the task type shell has an argument for its own":
        "defaults.executable/ANSIBLE_EXECUTABLE",
    "muster asks for passwords in its own words":
        "privilege_escalation.agnostic_become_prompt/ANSIBLE_AGNOSTIC_BECOME_PROMPT "
        "privilege_escalation.become_allow_same_user/ANSIBLE_BECOME_ALLOW_SAME_USER",
    "muster's warnings are its own":
        "defaults.action_warnings/ANSIBLE_ACTION_WARNINGS defaults.command_warnings/ANSIBLE_COMMAND_WARNINGS "
        "defaults.deprecation_warnings/ANSIBLE_DEPRECATION_WARNINGS defaults.system_warnings/ANSIBLE_SYSTEM_WARNINGS "
        "defaults.devel_warning/ANSIBLE_DEVEL_WARNING defaults.localhost_warning/ANSIBLE_LOCALHOST_WARNING "
        "inventory.inventory_unparsed_warning/ANSIBLE_INVENTORY_UNPARSED_WARNING "
        "defaults.jinja2_native_warning/ANSIBLE_JINJA2_NATIVE_WARNING "
        "defaults.collections_on_ansible_version_mismatch/ANSIBLE_COLLECTIONS_ON_ANSIBLE_VERSION_MISMATCH "
        "inventory_plugin_script.always_show_stderr/ANSIBLE_INVENTORY_PLUGIN_SCRIPT_STDERR",
    "muster colours what it shows on a terminal in its own way":
        "defaults.nocolor/ANSIBLE_NOCOLOR defaults.force_color/ANSIBLE_FORCE_COLOR colors.*/ANSIBLE_COLOR_*",
    "it is for other commands of Ansible's":
        "galaxy.*/ANSIBLE_GALAXY_* defaults.module_name defaults.module_args/ANSIBLE_MODULE_ARGS "
        "defaults.bin_ansible_callbacks/ANSIBLE_LOAD_CALLBACK_PLUGINS defaults.playbook_dir/ANSIBLE_PLAYBOOK_DIR "
        "defaults.doc_fragment_plugins/ANSIBLE_DOC_FRAGMENT_PLUGINS defaults.docsite_root_url "
        "defaults.editor/ANSIBLE_EDITOR defaults.pager/ANSIBLE_PAGER inventory.export/ANSIBLE_INVENTORY_EXPORT",
    "it has no effect in current versions of Ansible either":
        "defaults.error_on_undefined_vars/ANSIBLE_ERROR_ON_UNDEFINED_VARS defaults.allow_unsafe_lookups "
        "defaults.su/ANSIBLE_SU defaults.sudo defaults.sudo_user defaults.sudo_exe defaults.sudo_flags "
        "defaults.su_user defaults.ask_sudo_pass defaults.ask_su_pass defaults.su_exe defaults.su_flags "
        "defaults.module_lang defaults.module_set_locale defaults.squash_actions defaults.var_compression_level "
        "defaults.hostfile "
        "defaults.conditional_bare_variables/ANSIBLE_CONDITIONAL_BARE_VARS defaults.merge_multiple_cli_tags "
        "defaults.task_includes_static defaults.handler_includes_static defaults.legacy_playbook_variables "
        "defaults.string_conversion_action/ANSIBLE_STRING_CONVERSION_ACTION defaults.condition_bare_vars "
        "defaults.old_plugin_cache_clear/ANSIBLE_OLD_PLUGIN_CACHE_CLEAR "
        "jinja2.dont_type_filters/ANSIBLE_STRING_TYPE_FILTERS persistent_connection.ansible_connection_path",
    "muster takes conditions as leniently as this could ask for":
        "defaults.allow_broken_conditionals/ANSIBLE_ALLOW_BROKEN_CONDITIONALS "
        "defaults.allow_embedded_templates/ANSIBLE_ALLOW_EMBEDDED_TEMPLATES",
    "muster connects to no hosts that this is for":
        "winrm.* powershell.* persistent_connection.*/ANSIBLE_PERSISTENT_* netconf_connection.*/ANSIBLE_NETCONF_* "
        "runas_become_plugin.*/ANSIBLE_RUNAS_* /ANSIBLE_CONNECTION_PATH "
        "defaults.win_async_startup_timeout/ANSIBLE_WIN_ASYNC_STARTUP_TIMEOUT "
        "defaults.network_group_modules/ANSIBLE_NETWORK_GROUP_MODULES",
}

# Settings that would make a difference in Ansible, and make none here: the reader is told, once a run.
IGNORED = {
    "muster runs no plugins of this kind":
        "defaults.callbacks_enabled/ANSIBLE_CALLBACKS_ENABLED defaults.callback_whitelist/ANSIBLE_CALLBACK_WHITELIST "
        "defaults.callback_enabled "
        "defaults.become_plugins/ANSIBLE_BECOME_PLUGINS defaults.cache_plugins/ANSIBLE_CACHE_PLUGINS "
        "defaults.callback_plugins/ANSIBLE_CALLBACK_PLUGINS defaults.cliconf_plugins/ANSIBLE_CLICONF_PLUGINS "
        "defaults.connection_plugins/ANSIBLE_CONNECTION_PLUGINS "
        "defaults.httpapi_plugins/ANSIBLE_HTTPAPI_PLUGINS defaults.inventory_plugins/ANSIBLE_INVENTORY_PLUGINS "
        "defaults.lookup_plugins/ANSIBLE_LOOKUP_PLUGINS defaults.netconf_plugins/ANSIBLE_NETCONF_PLUGINS "
        "defaults.terminal_plugins/ANSIBLE_TERMINAL_PLUGINS "
        "defaults.vars_plugins/ANSIBLE_VARS_PLUGINS defaults.vars_plugins_enabled/ANSIBLE_VARS_ENABLED "
        "defaults.run_vars_plugins/ANSIBLE_RUN_VARS_PLUGINS vars_host_group_vars.stage/ANSIBLE_VARS_PLUGIN_STAGE "
        "defaults.plugin_filters_cfg callback_tree.directory/ANSIBLE_CALLBACK_TREE_DIR "
        "inventory_plugins.use_extra_vars/ANSIBLE_INVENTORY_USE_EXTRA_VARS",
    "muster runs no modules of Ansible's; task types of your own are in tasks/ beside the playbook":
        "defaults.module_utils/ANSIBLE_MODULE_UTILS "
        "defaults.module_ignore_exts/ANSIBLE_MODULE_IGNORE_EXTS defaults.facts_modules/ANSIBLE_FACTS_MODULES "
        "defaults.module_strict_utf8_response/ANSIBLE_MODULE_STRICT_UTF8_RESPONSE "
        "defaults.python_module_rlimit_nofile/ANSIBLE_PYTHON_MODULE_RLIMIT_NOFILE "
        "defaults.collections_scan_sys_path/ANSIBLE_COLLECTIONS_SCAN_SYS_PATH "
        "defaults.validate_action_group_metadata/ANSIBLE_VALIDATE_ACTION_GROUP_METADATA",
    "hosts run free of each other, with the outcome that strategy: linear has":
        "defaults.strategy/ANSIBLE_STRATEGY defaults.strategy_plugins/ANSIBLE_STRATEGY_PLUGINS",
    "muster knows an inventory by what is in it, and keeps none":
        "inventory.enable_plugins/ANSIBLE_INVENTORY_ENABLED inventory.cache/ANSIBLE_INVENTORY_CACHE "
        "inventory.cache_plugin/ANSIBLE_INVENTORY_CACHE_PLUGIN inventory.cache_timeout/ANSIBLE_INVENTORY_CACHE_TIMEOUT "
        "inventory.cache_connection/ANSIBLE_INVENTORY_CACHE_CONNECTION "
        "inventory.cache_prefix/ANSIBLE_INVENTORY_CACHE_PLUGIN_PREFIX "
        "inventory_plugin_yaml.yaml_valid_extensions/ANSIBLE_INVENTORY_PLUGIN_EXTS "
        "defaults.yaml_valid_extensions/ANSIBLE_YAML_FILENAME_EXT "
        "defaults.force_valid_group_names/ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS",
    "the order of variables is the documented one":
        "defaults.precedence/ANSIBLE_PRECEDENCE defaults.playbook_vars_root/ANSIBLE_PLAYBOOK_VARS_ROOT "
        "defaults.private_role_vars/ANSIBLE_PRIVATE_ROLE_VARS",
    "templates have the types of ansible-core 2.19":
        "defaults.jinja2_native/ANSIBLE_JINJA2_NATIVE defaults.null_representation/ANSIBLE_NULL_REPRESENTATION",
    "muster takes no file, and no mistake, for less than it is":
        "defaults.duplicate_dict_key/ANSIBLE_DUPLICATE_YAML_DICT_KEY "
        "defaults.error_on_missing_handler/ANSIBLE_ERROR_ON_MISSING_HANDLER "
        "defaults.invalid_task_attribute_failed/ANSIBLE_INVALID_TASK_ATTRIBUTE_FAILED",
    "muster names the command that runs the failed hosts again, and writes no files about a run (-o jsonl can)":
        "defaults.retry_files_enabled/ANSIBLE_RETRY_FILES_ENABLED defaults.log_path/ANSIBLE_LOG_PATH "
        "defaults.retry_files_save_path/ANSIBLE_RETRY_FILES_SAVE_PATH defaults.log_filter/ANSIBLE_LOG_FILTER "
        "defaults.log_verbosity/ANSIBLE_LOG_VERBOSITY defaults.target_log_info/ANSIBLE_TARGET_LOG_INFO "
        "defaults.no_target_syslog/ANSIBLE_NO_TARGET_SYSLOG defaults.syslog_facility/ANSIBLE_SYSLOG_FACILITY",
    "muster's reports say this in their own way":
        "defaults.show_custom_stats/ANSIBLE_SHOW_CUSTOM_STATS "
        "defaults.display_failed_stderr/ANSIBLE_DISPLAY_FAILED_STDERR "
        "defaults.display_args_to_stdout/ANSIBLE_DISPLAY_ARGS_TO_STDOUT "
        "defaults.display_traceback/ANSIBLE_DISPLAY_TRACEBACK defaults.verbose_to_stderr/ANSIBLE_VERBOSE_TO_STDERR "
        "defaults.show_per_host_start/ANSIBLE_SHOW_PER_HOST_START "
        "defaults.check_mode_markers/ANSIBLE_CHECK_MODE_MARKERS "
        "defaults.show_task_path_on_failure/ANSIBLE_SHOW_TASK_PATH_ON_FAILURE "
        "defaults.callback_result_format/ANSIBLE_CALLBACK_RESULT_FORMAT "
        "defaults.callback_format_pretty/ANSIBLE_CALLBACK_FORMAT_PRETTY "
        "defaults.max_diff_size/ANSIBLE_MAX_DIFF_SIZE defaults.debug/ANSIBLE_DEBUG",
    "this version of muster cannot do it":
        "defaults.enable_task_debugger/ANSIBLE_ENABLE_TASK_DEBUGGER "
        "defaults.task_debugger_ignore_errors/ANSIBLE_TASK_DEBUGGER_IGNORE_ERRORS "
        "defaults.async_dir/ANSIBLE_ASYNC_DIR sudo_become_plugin.chdir/ANSIBLE_SUDO_CHDIR "
        "su_become_plugin.localized_prompts/ANSIBLE_SU_PROMPT_L10N "
        "ssh_connection.pkcs11_provider/ANSIBLE_PKCS11_PROVIDER /ANSIBLE_PRIVATE_KEY "
        "/ANSIBLE_PRIVATE_KEY_PASSPHRASE connection.ssh_agent/ANSIBLE_SSH_AGENT "
        "connection.ssh_agent_executable/ANSIBLE_SSH_AGENT_EXECUTABLE "
        "connection.ssh_agent_key_lifetime/ANSIBLE_SSH_AGENT_KEY_LIFETIME "
        "defaults.vault_encrypt_salt/ANSIBLE_VAULT_ENCRYPT_SALT "
        "selinux.special_context_filesystems/ANSIBLE_SELINUX_SPECIAL_FS "
        "selinux.libvirt_lxc_noseclabel/ANSIBLE_LIBVIRT_LXC_NOSECLABEL url_lookup.*/ANSIBLE_LOOKUP_URL_*",
    "what ~/.ssh/config and the options for ssh say holds for every connection":
        "paramiko_connection.*/ANSIBLE_PARAMIKO_*/ANSIBLE_REMOTE_PARAMIKO_PORT",
}

NO = ("no", "false", "off", "0", "n", "f", "")
YES = ("yes", "true", "on", "1", "y", "t")
# Values of ignored settings that ask for what muster does anyway.
AS_IT_IS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys("""
        defaults.retry_files_enabled defaults.show_custom_stats defaults.display_failed_stderr
        defaults.display_args_to_stdout defaults.verbose_to_stderr defaults.show_per_host_start
        defaults.check_mode_markers defaults.show_task_path_on_failure defaults.debug defaults.enable_task_debugger
        defaults.private_role_vars inventory.cache selinux.libvirt_lxc_noseclabel inventory_plugins.use_extra_vars
    """.split(), NO),
    **dict.fromkeys("""
        defaults.jinja2_native defaults.error_on_missing_handler defaults.invalid_task_attribute_failed
        defaults.no_target_syslog
    """.split(), YES),
    "defaults.strategy": ("linear", "free", "host_pinned", "mitogen_linear", "mitogen_free", "mitogen_host_pinned",
                          "ansible.builtin.linear", "ansible.builtin.free", "ansible.builtin.host_pinned"),
    "defaults.force_valid_group_names": ("never", "ignore"),
    "defaults.duplicate_dict_key": ("warn",),
    "defaults.playbook_vars_root": ("top",),
    "defaults.run_vars_plugins": ("demand",),
    "defaults.log_path": ("", "/dev/null"),
    "defaults.vars_plugins_enabled": ("host_group_vars", "ansible.builtin.host_group_vars"),
    "defaults.display_traceback": ("never",),
    "defaults.callback_result_format": ("json",),
}
