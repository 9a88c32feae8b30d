# Makes the tables of tools/benchmarks/production from what the executables printed. The limits stand
# here. Exits with 1 when one is exceeded.
#
# Input, a line each: BACKEND PASS pair WORKLOAD THREADS WAY NANOSECONDS, the ways of a round together,
# and BACKEND PASS read STATE NANOSECONDS.

function sort_values(values, count,   gap, i, j, value) {
  for (gap = int(count / 2); gap > 0; gap = int(gap / 2))
    for (i = gap + 1; i <= count; i++) {
      value = values[i]
      for (j = i - gap; j >= 1 && values[j] > value; j -= gap) values[j + gap] = values[j]
      values[j + gap] = value
    }
}

function middle(values, count) {
  if (!count) { print "a way was not measured"; exit unmeasured = 1 }
  sort_values(values, count)
  return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
}

# Whether a round on one thread had its core alone: its raw pair took at most a tenth more than the quickest of the
# run. Another guest of the machine on the core's other half makes it half as long again, and all else by other parts.
# Of two threads one is disturbed nearly always: there all rounds count.
function is_quiet(place, i,   j) {
  if (place !~ / 1$/) return 1
  if (!((place, "least") in quickest)) {
    quickest[place, "least"] = took[place, "raw", 1]
    for (j = 2; j <= rounds[place, "raw"]; j++)
      if (took[place, "raw", j] < quickest[place, "least"]) quickest[place, "least"] = took[place, "raw", j]
  }
  return took[place, "raw", i] <= 1.1 * quickest[place, "least"]
}

# The median over the quiet rounds of what a way adds to the raw pair of its own round. Who frees by size keeps it,
# and is compared with a raw pair whose caller keeps it as well.
function added(place, way,   i, values, count, raw) {
  raw = way ~ /^(zfree_with_size|buffer|counted)/ ? "raw_sized" : "raw"
  for (i = 1; i <= rounds[place, raw]; i++)
    if (is_quiet(place, i)) values[++count] = took[place, way, i] - took[place, raw, i]
  return middle(values, count)
}

function raw_pair(place,   i, values, count) {
  for (i = 1; i <= rounds[place, "raw"]; i++)
    if (is_quiet(place, i)) values[++count] = took[place, "raw", i]
  used_rounds = count
  return middle(values, count)
}

function read_time(backend, state,   i, values, count) {
  count = reads[backend, state]
  for (i = 1; i <= count; i++) values[i] = read_took[backend, state, i]
  return middle(values, count)
}

function verdict(measured, limit) {
  if (measured <= limit) { passed++; return "pass" }
  failed++
  return "FAIL"
}

# `ADDED, a RATIO of redis's: VERDICT`
function cell(place, way, limit,   adds) {
  adds = added(place, way)
  return sprintf("%.2f ns, %.2f: %s", adds, adds / redis, verdict(adds / redis, limit))
}

# The same without a limit: what no product can be is measured for comparison.
function bare(place, way,   adds) {
  adds = added(place, way)
  return sprintf("%.2f ns, %.2f", adds, adds / redis)
}

# A row's cells behind the place: what we add, by the limits.
function ours(place) {
  return sprintf("%s | %.2f ns | %s | %s | %s | %s | %s | %s | %s",
    sprintf("%.2f ns", raw_pair(place)) " in " used_rounds, redis,
    cell(place, "zfree", third), cell(place, "zfree_with_size", fifth),
    cell(place, "zfree.swift", third), cell(place, "zfree_with_size.swift", fifth), cell(place, "buffer", fifth),
    cell(place, "zfree.so", never_slower), cell(place, "zfree_with_size.so", never_slower))
}

# The same: what any wrapper adds.
function least(place) {
  return bare(place, "through") " | " bare(place, "counted") " | " bare(place, "looked_up")
}

# A row for each place. Sets `redis`, what the ratios are to.
function rows(kind,   b, w, threads, place) {
  for (b = 1; b <= count; b++)
    for (w = 1; w <= 2; w++)
      for (threads = 1; threads <= 2; threads++) {
        place = backend[b] " " workload[w] " " threads
        redis = added(place, "redis")
        printf "| %s | %s | %d | %s |\n", backend[b], workload[w] == "fixed" ? "64 bytes" : "8 to 512",
          threads, kind == "ours" ? ours(place) : least(place)
      }
}

$3 == "pair" {
  place = $1 " " $4 " " $5
  took[place, $6, ++rounds[place, $6]] = $7
}
$3 == "read" { read_took[$1, $4, ++reads[$1, $4]] = $5 }

END {
  third = 1 / 3; fifth = 1 / 5; never_slower = 1; reads_of_pairs = 20
  count = split(backends, backend, " ")
  split("fixed mixed", workload, " ")
  print "| backend | blocks | threads | raw pair, in rounds | redis adds | C: `zfree` adds, limit 0.33 | `zfree_with_size`, 0.20" \
    " | Swift: `zfree`, 0.33 | with its size, 0.20 | buffer, 0.20 | shared library: `zfree`, 1 | sized, 1 |"
  print "|---|---|---|---|---|---|---|---|---|---|---|---|"
  rows("ours")
  print ""
  print "| backend | blocks | threads | a call on the way, nothing else | one sum at each end, size known |" \
    " the same, size looked up at the free |"
  print "|---|---|---|---|---|---|"
  rows("least")
  print ""
  print "| backend | used memory, 16 threads quiet | all of them at work | limit: 20 raw pairs |"
  print "|---|---|---|---|"
  for (b = 1; b <= count; b++) {
    limit = reads_of_pairs * raw_pair(backend[b] " fixed 1")
    quiet = read_time(backend[b], "quiet"); busy = read_time(backend[b], "busy")
    printf "| %s | %.0f ns | %.0f ns | %.0f ns: %s |\n", backend[b], quiet, busy, limit,
      verdict(quiet > busy ? quiet : busy, limit)
  }
  printf "\n%d passed, %d failed\n", passed, failed
  exit failed > 0
}
