# Draw the results of "make bench", from the files in the directory "drawn".

set terminal svg size 1000, 450 font "sans,12" background "white"
set output drawn."/bench.svg"
set multiplot layout 1, 2
set grid
set key top left
set logscale x
set style data linespoints

set title "operands, one of them ready: microseconds"
set logscale y
plot drawn."/number" using 1:2 title "pollwait", "" using 1:3 title "yardstick"

set title "one descriptor of this number: microseconds"
unset logscale y
set yrange [0:*]
plot drawn."/highest" using 1:2 title "pollwait", "" using 1:3 title "yardstick"
unset multiplot
