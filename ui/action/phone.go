package action

// phoneTable gives the bindings of the telephone. Those that act on a call hold everywhere, the keypad
// included; digits are tones on the keypad alone, where no tab can be meant.
func phoneTable(both, all []Place) []Binding {
	const line = "Telephone"
	return []Binding{
		{Answer, []string{"a"}, both, line, "answer", "answer the call that rings you; one you are in goes on hold", 0},
		{HangUp, []string{"x"}, both, line, "hang up", "hang up, or reject the call that rings you; a call you are in is first", 0},
		{Voicemail, []string{"v"}, both, line, "voicemail", "send the call that rings you to voicemail", 0},
		{Hold, []string{"h"}, both, line, "hold", "put your call on hold, or take it back", 0},
		{Mute, []string{"M"}, both, line, "mute", "they hear nothing of you; again ends it", 0},
		{Dial, []string{"d"}, all, line, "dial", "call any number, the selected caller's to begin with; shows what it is before Enter dials", 9},
		{Transfer, []string{"X"}, both, line, "transfer", "give your call to an agent, a queue or a number: a few letters find them, Enter sends the caller there, Tab asks them first", 0},
		{Swap, []string{"H"}, both, line, "swap", "turn to your other call; the one you are in goes on hold", 0},
		{Merge, []string{"&"}, both, line, "join all", "put your two calls together", 0},
		{Keypad, []string{"p"}, both, line, "keypad", "from here on digits, * and # are tones for your call; p or Esc ends it", 0},
		{Register, []string{"ctrl+r"}, all, line, "register again", "have the telephone try once more what GoTo has refused it", 0},
		{Tone, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"}, []Place{Pad}, line, "tones", "send the tone", 0},
	}
}
