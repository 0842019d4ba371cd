from muster.target.rsync import altered, complaint, described, names, options, told

FORMAT = "--out-format=<<CHANGED>>%i %n%L"


def test_without_arguments_all_is_kept_and_everything_is_put_in_its_place_at_the_end():
    assert options() == ["--delay-updates", "-F", "--compress", "--archive", FORMAT]


def test_what_archive_stands_for_can_be_taken_out_of_it():
    assert options(times=False, owner=True, group=None)[3:-1] == ["--archive", "--no-times"]


def test_without_archive_each_is_asked_for_by_itself():
    words = options(archive=False, compress=False, delay_updates=False, recursive=True, perms=False, group=True)
    assert words == ["--recursive", "--group", FORMAT]


def test_every_other_argument_is_an_option():
    words = options(delete=True, existing_only=True, checksum=True, copy_links=True, dirs=True, partial=True,
                    rsync_timeout=9, rsync_opts=["--exclude=a b"], link_dest=["/a", "/b"])
    assert words[3:-1] == [
        "--timeout=9", "--delete-after", "--existing", "--checksum", "--copy-links", "--archive", "--dirs",
        "--exclude=a b", "--partial", "--hard-links", "-ii", "--link-dest=/a", "--link-dest=/b"]


def test_what_it_prints_is_told_without_marks_and_what_alters_something_apart():
    text = "created directory /b\n<<CHANGED>>cd+++++++++ ./\n<<CHANGED>>.f          same\n<<CHANGED>>>f+++++++++ a\n"
    assert told(text) == ("created directory /b\ncd+++++++++ ./\n.f          same\n>f+++++++++ a\n",
                          ["cd+++++++++ ./", ">f+++++++++ a"])


def test_a_directory_that_is_all_that_is_created_counts():
    assert told("created directory /b\n") == ("created directory /b\n", ["created directory /b"])


def test_a_failure_is_what_it_said_or_its_status():
    assert complaint(23, "no such file\n") == "no such file"
    assert complaint(23, "") == "rsync ended with 23"


def test_the_change_is_told_with_its_lines():
    assert described("/b", ["cd+++++++++ ./", ">f+++++++++ a"]) == (
        "rsync to /b: 2 paths", "", "cd+++++++++ ./\n>f+++++++++ a\n")
    assert described("/b", ["*deleting   a"])[0] == "rsync to /b: 1 path"


def test_names_are_those_of_what_is_altered():
    assert names([
        ">f+++++++++ a b", "cL+++++++++ link -> a b", ">f.st...... not -> a link", "hf+++++++++ hard => a b",
        "*deleting   gone/", ".d..t...... ./", "something else"]) == [
        "a b", "link", "not -> a link", "hard", "gone/", "./"]


def test_names_that_the_locale_cannot_print_are_what_they_were():
    assert names([r">f+++++++++ gr\#303\#274n", r">f+++++++++ \#377"]) == ["grün", "\udcff"]


def test_paths_are_below_the_destination(tmp_path):
    (tmp_path / "src").mkdir()
    lines = [">f+++++++++ src/a"]
    assert altered(lines, str(tmp_path / "src"), "/none/b") == ["/none/b", "/none/b/src/a"]


def test_a_single_file_is_the_destination_unless_that_is_a_directory(tmp_path):
    (tmp_path / "a").write_text("")
    lines = [">f+++++++++ a"]
    assert altered(lines, str(tmp_path / "a"), "/none/b") == ["/none/b"]
    assert altered(lines, str(tmp_path / "a"), str(tmp_path)) == [str(tmp_path), str(tmp_path / "a")]
    assert altered(lines, str(tmp_path / "a"), "/none/b/") == ["/none/b/", "/none/b/a"]
