package world

import "slices"

// line is one thing that is said. Lines of the agent are even in number, those of the caller odd; after
// a line with a wait somebody looks something up, which may take long.
type line struct {
	text string
	wait bool
}

// dialogue is what is said in a call: agent and caller in turn, the agent first. {agent} and {caller}
// stand for their first names; where the network knows no name, the caller gives none.
type dialogue struct {
	queue     string // "" is any
	topics    []string
	summary   string
	sentiment string
	lines     []line
}

func say(text string) line  { return line{text: text} }
func wait(text string) line { return line{text: text, wait: true} }

// dialogues are the talks of the account, all about telephones.
func dialogues() []dialogue {
	return slices.Concat(supportTalks(), salesTalks(), otherTalks())
}

func supportTalks() []dialogue {
	return []dialogue{
		{"Support", []string{"one-way audio", "firewall"}, "The caller's desk phones had one-way audio after a firewall change. SIP ALG was switched off and a test call was fine.", "POSITIVE", []line{
			say("Acme Support, this is {agent}, how can I help?"),
			say("Hi {agent}, {caller} here. Since this morning people can't hear us on the desk phones."),
			say("I'm sorry about that. You hear them, but they don't hear you?"),
			say("Exactly. The app on the laptop is fine, it's just the phones."),
			say("That sounds like the firewall. Did anybody change something on the router recently?"),
			say("We got a new one on Friday, the provider put it in."),
			wait("All right. Let me look at how your phones register, one moment please."),
			say("Sure, take your time."),
			say("Thanks for waiting. The new router rewrites the SIP traffic, that is the ALG setting. It has to be off."),
			wait("Okay, I'm on the router page now. Let me find it."),
			say("It is usually under security or under advanced."),
			say("Found it. SIP ALG, enabled. I'll untick it and save."),
			wait("Great. Please restart one of the phones and call me on it at extension ten oh one."),
			say("It's coming up. Okay, dialling now."),
			say("And I hear you loud and clear."),
			say("Perfect, that was it. Thank you so much."),
			say("You're welcome. I'll send you the setting by mail, in case the router is replaced again."),
			say("That would help. Bye!"),
		}},
		{"Support", []string{"voicemail", "password"}, "The caller was locked out of the voicemail box after three wrong PINs. The PIN was reset and the greeting checked.", "NEUTRAL", []line{
			say("Thank you for calling Acme, {agent} speaking."),
			say("Good morning. {caller}. My voicemail says that the PIN is wrong, and now it won't let me in at all."),
			say("It locks itself after three tries. I can reset it. Which extension is it?"),
			say("Two one four. It's the front desk."),
			wait("Give me a second to pull that up."),
			say("No problem."),
			say("I have it. I'm setting a new PIN, please write down four, seven, one, one, nine."),
			say("Four seven one one nine. Got it."),
			wait("Please try it while I'm on the line."),
			say("It works. There are six new messages, oh dear."),
			say("You'll want to change the PIN under option four. Is there anything else?"),
			say("No, that was all. Thanks."),
			say("Have a good day."),
			say("You too."),
		}},
		{"Support - Tier 2", []string{"SIP trunk", "codec", "packet loss"}, "Calls over the trunk broke up in the afternoon. The traces show packet loss at the provider's edge; a ticket with the provider is open.", "NEUTRAL", []line{
			say("Tier two, {agent}."),
			say("Hi, it's {caller} again about the ticket from yesterday, the choppy calls."),
			say("Right, I have it open. Did you get me a time stamp of a bad one?"),
			say("Three of them. Fourteen ten, fourteen twenty two and fourteen forty."),
			wait("Thanks. I'm pulling the traces for those three."),
			say("It's only ever after lunch, which is odd."),
			say("All three lose between four and seven per cent on the way to us, nothing on the way back."),
			say("So it's our uplink?"),
			say("It looks like the first hop behind your modem. Your backup runs at two, doesn't it?"),
			say("It does. It never bothered anything before."),
			wait("Could you stop it for a minute? I'll watch the loss meanwhile."),
			say("Stopping it now."),
			say("And it's down to zero. So the uplink is full. Voice has to go first on that router."),
			say("Okay, I can set that. Do you have the values?"),
			say("DSCP forty six for the media. I'll put it into the ticket, with the ports."),
			say("Great. Leave it open until tomorrow afternoon, please."),
			say("Will do. I'll look at it at three."),
			say("Thanks, {agent}."),
		}},
	}
}

func salesTalks() []dialogue {
	return []dialogue{
		{"Sales", []string{"new site", "pricing", "porting"}, "The caller opens a second site in March and asked for twelve more seats and the porting of three numbers. A quote goes out today.", "POSITIVE", []line{
			say("Acme Sales, {agent}, good afternoon."),
			say("Hello, {caller}. We're opening a second site in March and need about a dozen phones there."),
			say("Congratulations! Would those be the same model that you have now?"),
			say("Mostly. Two of them at the counter should be cordless."),
			wait("Let me see what you have on the account at the moment."),
			say("Twenty four seats, I think."),
			say("Twenty six, two are spare. So we would need ten new ones for the twelve people."),
			say("Oh, that's good to know. And what about the numbers? We have three with the old provider."),
			say("We can port them. It takes about two weeks, and nothing changes until the day itself."),
			say("Is there a charge for that?"),
			say("Not for porting. The cordless sets are one hundred and forty each, the seats are as in your contract."),
			say("Okay. Can I have that in writing?"),
			wait("Of course, I'm writing the quote now. To your address on file?"),
			say("Yes, and a copy to our bookkeeper please."),
			say("You'll have it within the hour. May I call you on Thursday about it?"),
			say("Thursday after ten is fine."),
			say("Then until Thursday, {caller}. Thank you."),
			say("Thanks, bye."),
		}},
		{"Billing", []string{"invoice", "credit"}, "The caller was billed twice for a returned handset. A credit was promised for the next invoice.", "NEGATIVE", []line{
			say("Billing, you're speaking with {agent}."),
			say("This is {caller}. I have your invoice here and there's a handset on it that we sent back in spring."),
			say("I'm sorry, let me check. Do you have the invoice number?"),
			say("It ends in eight eight zero two. It's the second time already, you know."),
			wait("I understand. One moment, I'm opening it."),
			say("I called about it last month and was told it was settled."),
			say("I see the note. The return was booked, but the credit never left our side. That's our mistake."),
			say("So what happens now? I'm not paying for it again."),
			say("You don't need to. I'm entering the credit now, eighty nine dollars, for both months."),
			say("And I get something in writing this time?"),
			wait("Yes. The confirmation is on its way, please tell me when you see it."),
			say("It's just arrived. All right."),
			say("Please deduct it from this invoice. I'm sorry that you had to call twice."),
			say("Well, thank you for sorting it out."),
			say("Goodbye."),
			say("Bye."),
		}},
	}
}

func otherTalks() []dialogue {
	return []dialogue{
		{"Onboarding", []string{"training", "auto attendant"}, "First session with a new customer: the menu was recorded and the opening hours were set. The next session is on Tuesday.", "POSITIVE", []line{
			say("Hello, this is {agent} from the onboarding team. Is now still a good time?"),
			say("Yes, perfect. {caller} here, I have the admin page open."),
			say("Lovely. Today we set your opening hours and record the menu."),
			say("We open at eight, and at nine on Saturdays."),
			wait("Then please go to schedules and add those two lines. Tell me when you have it."),
			say("Done. It shows a warning about holidays."),
			say("That's all right, we fill those in later. Now the menu. What should callers hear first?"),
			say("Press one for orders, two for deliveries, and anything else goes to the front desk."),
			wait("Good. Read that out after the tone in your own voice, and I stay on the line."),
			say("Okay, recorded. I sound terrible."),
			say("You sound fine, I just listened to it. Shall we try it with a real call?"),
			say("Calling from my mobile. It says press one for orders. It works!"),
			say("Then you are live. On Tuesday we do the queues and the reports."),
			say("Great, talk to you on Tuesday."),
			say("Until then, {caller}. Bye!"),
			say("Bye."),
		}},
		{"", []string{"call back"}, "The caller asked for somebody who was not there; a call back was arranged.", "NEUTRAL", []line{
			say("Acme, {agent} here."),
			say("Hi, {caller}. Could you put me through to the person who looked after us last week?"),
			wait("Let me see who that was. One moment."),
			say("Thank you."),
			say("That was a colleague who is out until two. Can I help, or shall they call you back?"),
			say("A call back is fine. It's about the order, they'll know."),
			say("At this number?"),
			say("Yes please, until five."),
			say("I've made a note. They'll call you this afternoon."),
			say("Great, thanks. Bye."),
		}},
	}
}
