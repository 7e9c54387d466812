# Take out of a session what differs from run to run, from machine to machine and from
# shell to shell: ids, directories, the name of the shell, the widths of columns, and how
# many processes could not be inspected.
#
#     sed -E -f plain.sed
/^pollwait: PEER may lack a process: /d
s/[0-9]{3,}/N/g
s/\b(bash|dash|zsh|ksh93|mksh|busybox)\b/SHELL/g
s|([ "])/[a-z.A-Z0-9_/-]*/|\1|g
s/  +/  /g
