# Draw the results of "make bench", from the files in the directory "drawn".

set terminal svg size 1000, 1100 font "sans,11" background "white"
set output drawn."/bench.svg"
set multiplot layout 2, 2
set style fill solid 0.5
set boxwidth 0.6
set grid ytics
unset key
set bmargin 15
set rmargin 4
set xtics out nomirror

set title "from start to end, microseconds"
set yrange [0:*]
set xtics rotate by 90 right
plot drawn."/start" using 0:1:xtic(2) with boxes

set title "a call in a shell, microseconds"
set yrange [*:*]
set logscale y
plot drawn."/per_call" using 0:1:xtic(2) with boxes

set title "a look at so many descriptors, microseconds"
set logscale x
set xtics norotate
set bmargin 4
# The ranges in the commands have 1, 10, ... descriptors, in this order.
plot drawn."/number" using (10 ** $0):1 with linespoints

set title "a look at one descriptor of this number, microseconds"
unset logscale y
set yrange [0:*]
number(command) = real(substr(command, 13, strlen(command) - 3))
plot drawn."/highest" using (number(strcol(2))):1 with linespoints
unset multiplot
