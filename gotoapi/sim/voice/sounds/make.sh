#!/bin/sh
# Makes the sounds of the simulated far ends. Wants espeak-ng, sox and opusenc (opus-tools); the results
# are kept beside it, so that it has to be run only to change them. Everything here is synthesised.
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# say VOICE PITCH SPEED NAME TEXT
say() {
	espeak-ng -v "$1" -p "$2" -s "$3" -w "$tmp/a.wav" "$5"
	sox "$tmp/a.wav" -r 48000 -c 1 "$tmp/b.wav" silence 1 0.02 0.5% reverse silence 1 0.02 0.5% reverse pad 0.04 0.06 norm -6
	opusenc --quiet --speech --bitrate 11 --framesize 20 --comp 10 --discard-comments --discard-pictures \
		--serial 1 --padding 0 "$tmp/b.wav" "$4.opus"
}
say en-us+f2 55 155 dana-1 "Hello, this is Dana. Thank you for taking my call."
say en-us+f2 55 155 dana-2 "I would like to know when the parts we ordered will arrive."
say en-us+f2 55 155 dana-3 "The order number is four, seven, one, one."
say en-us+f2 55 155 dana-4 "Could you have a look, please? I can wait."
say en-gb+m3 38 150 marcus-1 "Good day. I am calling about our renewal."
say en-gb+m3 38 150 marcus-2 "The invoice came twice, and one of them must be wrong."
say en-gb+m3 38 150 marcus-3 "Would you mind putting me through to billing?"
say en-gb+m3 38 150 marcus-4 "Right. Thank you, that is all I need to know."
say en-us+m7 48 165 walter-1 "Hello? Can you hear me well?"
say en-us+m7 48 165 walter-2 "The phones at our second site have been silent since this morning."
say en-us+m7 48 165 walter-3 "We have restarted the router, and that did not help."
say en-us+m7 48 165 walter-4 "Please tell me what I should try next."

# The sixteen tones of a telephone, in the order of RFC 4733: each 160 ms, then 40 ms of silence.
tones=
n=0
for pair in 941:1336 697:1209 697:1336 697:1477 770:1209 770:1336 770:1477 852:1209 852:1336 852:1477 \
	941:1209 941:1477 697:1633 770:1633 852:1633 941:1633; do
	n=$((n + 1))
	f="$tmp/tone-$(printf %02d $n).wav"
	sox -n -r 48000 -c 1 -b 16 "$f" synth 0.16 sine "${pair%:*}" sine "${pair#*:}" remix 1,2 \
		fade q 0.005 0.16 0.005 gain -n -9 pad 0 0.04
	tones="$tones $f"
done
# One more of silence at the end: an encoder is late by less than a frame.
sox $tones "$tmp/tones.wav" pad 0 0.04
opusenc --quiet --music --bitrate 24 --framesize 20 --comp 10 --discard-comments --serial 1 --padding 0 "$tmp/tones.wav" tones.opus

# Music on hold: a tune of eight bars over two chords, plucked.
melody=
n=0
for note in E4 G4 C5 G4 A4 C5 G4 E4 F4 A4 D5 A4 B4 D5 G4 G4 E4 C5 B4 A4 G4 E4 F4 D4 C4 E4 G4 E4 D4 B3 C4 C4; do
	n=$((n + 1))
	f="$tmp/note-$(printf %02d $n).wav"
	sox -n -r 48000 -c 1 -b 16 "$f" synth 0.36 pluck "$note" fade t 0.003 0.36 0.05 gain -n -8
	melody="$melody $f"
done
sox $melody "$tmp/melody.wav"
bass=
n=0
for note in C3 A2 F2 G2 C3 A2 F2 G2; do
	n=$((n + 1))
	f="$tmp/bass-$(printf %02d $n).wav"
	sox -n -r 48000 -c 1 -b 16 "$f" synth 1.44 pluck "$note" fade t 0.003 1.44 0.2 gain -n -14
	bass="$bass $f"
done
sox $bass "$tmp/bass.wav"
sox -m "$tmp/melody.wav" "$tmp/bass.wav" "$tmp/music.wav" norm -6
opusenc --quiet --music --bitrate 22 --framesize 20 --comp 10 --discard-comments --serial 1 --padding 0 "$tmp/music.wav" music.opus
