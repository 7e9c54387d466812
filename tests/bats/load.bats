# Many descriptors, many runs, many changes.
# bats file_tags=limit,command,slow

load helper

@test "a thousand runs wait on one pipe, and each sees the byte" {
	empty_fifo 7
	local runs=()
	for _ in {1..1000}; do
		pollwait -t 100000 7:in >>got 3>&- &
		runs+=($!)
	done
	all_poll() {
		# The calls poll and ppoll, of x86-64 and arm64.
		[ "$(cat "${runs[@]/%//syscall}" | grep -cE '^(7|73|271) ')" -eq 1000 ]
	}
	(cd /proc && until_so all_poll)
	echo data >&7
	wait "${runs[@]}"
	[ "$(sort got | uniq -c | tr -s ' ')" = ' 1000 7 in' ]
}

@test "a descriptor that changes a million times gives lines in turns to -m, in bounded memory" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, subprocess
		reading, writing = os.pipe()
		os.dup2(reading, 7)
		watch = subprocess.Popen(["pollwait", "-m", "-i", "0", "-t", "2000", "7:in"], pass_fds=[7],
		                         stdout=subprocess.PIPE, text=True)

		def memory():
		    with open(f"/proc/{watch.pid}/status", encoding="ascii") as status:
		        return next(line for line in status if line.startswith("VmHWM"))

		lines = []
		os.write(writing, b"x")
		lines.append(watch.stdout.readline())
		os.read(reading, 1)
		lines.append(watch.stdout.readline())
		before = memory()
		for _ in range(1000000):
		    os.write(writing, b"x")
		    os.read(reading, 1)
		os.write(writing, b"x")
		while lines[-1] != "7 in\n" or len(lines) < 3:
		    lines.append(watch.stdout.readline())
		after = memory()
		lines += watch.stdout.readlines()
		assert watch.wait() == 1, watch.returncode
		assert lines == ["7 in\n" if at % 2 == 0 else "7 -\n" for at in range(len(lines))], lines[-9:]
		assert before == after, (before, after)
	END
}

@test "19,900 descriptors in one set are all reported, in their order" {
	run -0 /usr/bin/python3 - <<-'END'
		import os, resource, subprocess
		_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
		count = min(19900, most - 100)
		resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
		ends = os.pipe()
		for fd in range(100, 100 + count):
		    os.dup2(ends[fd % 2], fd)
		fds = range(100, 100 + count)
		got = subprocess.run(["pollwait", "-t", "0", f"100-{99 + count}:in,out"], pass_fds=fds,
		                     check=True, capture_output=True, text=True).stdout
		assert got == "".join(f"{fd} out\n" for fd in fds if fd % 2), got[-99:]
		print(count)
	END
	[ "$output" -ge 900 ]
}
