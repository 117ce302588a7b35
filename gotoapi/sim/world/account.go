package world

// Account is a GoTo account: who works there, on which lines, behind which numbers and menus.
type Account struct {
	Key              string // 19 decimal digits
	OrganizationID   string // UUID; another thing than Key
	OrganizationName string
	TimeZone         string // IANA name
	Users            []User
	Lines            []Line
	Numbers          []PhoneNumber
	Extensions       []Extension // lines, queues and dial plans, as voice-admin lists them
	Queues           []Queue
}

// User is a person of the account.
type User struct {
	Key    string // decimal digits
	ID     string // UUID
	Name   string
	Email  string
	LineID string
}

// Line is a person's extension.
type Line struct {
	ID      string
	Name    string
	Number  string // extension, "1001"
	Primary bool
	Region  string // "US"
	UserKey string
	UserID  string
	Queues  []string // ids of the queues the person answers
	Devices []Device
}

// PhoneNumber is a number that the account owns.
type PhoneNumber struct {
	ID           string
	Number       string // E.164
	Name         string // label
	CallerIDName string
	RouteTo      string // id of the Extension that it leads to
}

// Extension is one entry of the account's numbering plan.
type Extension struct {
	ID                     string
	Number                 string
	Name                   string
	Type                   string // DIRECT_EXTENSION, CALL_QUEUE, DIAL_PLAN, SHARED_VOICEMAIL
	OmitFromDirectories    bool
	OmitFromAutoAttendants bool
}

// Queue is a call queue.
type Queue struct {
	ID            string
	Name          string
	Number        string // extension, "1101"
	Type          string // "BASIC"
	WrapUpSeconds int
	Agents        []string // extensions of its agents
}
