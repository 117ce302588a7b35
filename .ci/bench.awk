# Writes the table of docs/performance.md out of what `go test -bench` says: what stands beside what, and
# which target it has.
/^pkg / { sub(/^\.\//, "", $2); pkg = $2; next }
/^memory / { key = "store/call memory"; order[++n] = key; unit[key, "bytes"] = $2; more[key] = $2 " bytes a live call of 13 states"; next }
{
  name = $1; sub(/^Benchmark/, "", name); sub(/-[0-9]+$/, "", name)
  key = pkg " " name
  if (!(key in seen)) { order[++n] = key; seen[key] = 1; more[key] = "" }
  for (i = 3; i < NF; i += 2) {
    unit[key, $(i+1)] = $i
    if ($(i+1) != "ns/op" && $(i+1) != "MB/s") more[key] = more[key] (more[key] == "" ? "" : ", ") $i " " $(i+1)
  }
}
END {
  print "| benchmark | time | and | against its floor | target | met |"
  print "|---|---|---|---|---|---|"
  for (k = 1; k <= n; k++) row(order[k])
}
function row(key,  against, target, met) {
  beside = ""; wanted = ""; holds = ""
  judge(key)
  printf "| `%s` | %s | %s | %s | %s | %s |\n", key, span(unit[key, "ns/op"]), more[key], beside, wanted, holds
}
function ns(key) { return unit[key, "ns/op"] + 0 }
# ratio says how one time stands to another; most is the target, 0 for none.
function ratio(a, b, words, most) {
  if (a <= 0 || b <= 0) return
  say(sprintf("%.2f of %s", a / b, words))
  if (most > 0) target("at most " most, a / b <= most)
}
function say(text) { beside = beside (beside == "" ? "" : "; ") text }
function target(text, met) {
  wanted = wanted (wanted == "" ? "" : "; ") text
  holds = holds (holds == "" ? "" : "; ") (met ? "yes" : "**no**")
}
function most(key, what, limit, text) { if ((key, what) in unit) target(text, unit[key, what] + 0 <= limit) }
function sibling(key, from, to) { sub(from, to, key); return key }
function judge(key,  fps, bare, node) {
  if (key ~ /Frame\/.*\/decode$/)
    ratio(ns(key) + ns("store/call Apply/up=100"), ns(sibling(key, "decode$", "valid")), "json.Valid, with the fold", 2.5)
  else if (key ~ /Frame\/.*\/unmarshal$/)
    ratio(ns(key), ns(sibling(key, "unmarshal$", "valid")), "json.Valid", 0)
  else if (key ~ /ThroughASocket\/desk$/) {
    fps = unit[key, "frames/s"]; bare = unit[sibling(key, "desk$", "bare"), "frames/s"]; node = unit[sibling(key, "desk$", "node"), "frames/s"]
    if (bare > 0) { say(sprintf("%.2f of the bare loop's frames", fps / bare)); target("at least 0.5", fps / bare >= 0.5) }
    if (node > 0) { say(sprintf("%.2f of Node's", fps / node)); target("at least 2", fps / node >= 2) }
  }
  else if (key ~ /FrameSizes\/.*\/10000$/) ratio(ns(key), ns(sibling(key, "10000$", "100")), "100 calls", 1.2)
  else if (key ~ /LibraryTable/) {
    say(sprintf("%.0f times ours", ns(key) / ns(sibling(key, "LibraryTable", "FrameSizes/120x40"))))
    if (key ~ /10000$/) target("at least 20 times", ns(key) >= 20 * ns(sibling(key, "LibraryTable", "FrameSizes/120x40")))
  }
  else if (key ~ /store\/stats (Count|Event)\/up=10000$/) ratio(ns(key), ns(sibling(key, "10000$", "100")), "100 calls", 1.2)
  else if (key ~ /=10000$|Change\/10000$/) ratio(ns(key), ns(sibling(key, "10000$", "100")), "100 calls", 0)
  else if (key ~ /Match5000\/(support|xyzzy)$/) ratio(ns(key), ns(sibling(key, "Match5000/", "Match5000/plain/")), "a plain scan", 0)
  else if (key ~ /Written\/48$/) most(key, "B/s", 600, "at most 600 B/s")
  else if (key ~ /FirstFrame$/) most(key, "ns/op", 50000000, "under 50 ms")
  else if (key ~ /Idle$/) most(key, "%core", 1, "under 1 % of a core")
  else if (key ~ /memory$/) most(key, "bytes", 4000, "under 4 kB")
}
function span(t) {
  if (t >= 1e9) return sprintf("%.2f s", t / 1e9)
  if (t >= 1e6) return sprintf("%.1f ms", t / 1e6)
  if (t >= 1e3) return sprintf("%.1f µs", t / 1e3)
  return t > 0 ? sprintf("%.0f ns", t) : ""
}
