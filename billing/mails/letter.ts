/** What a mail says, before it is text or HTML. Every text is one line; whoever shows it escapes it. */
export interface Letter {
  readonly subject: string
  readonly sections: readonly Section[]
  /** The link that puts things right. */
  readonly button: Button | null
}

export interface Section {
  readonly heading: string
  readonly paragraphs: readonly string[]
  readonly facts: readonly Fact[]
}

export interface Fact {
  readonly label: string
  readonly value: string
}

export interface Button {
  readonly label: string
  readonly url: string
}

/** What is known of a mail only when it is sent. */
export interface Sending {
  readonly account: string
  /** IANA name: the zone that times are shown in. */
  readonly timeZone: string
  /** A one-time link, where the template asks for one. */
  readonly fixUrl: string | null
}

export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}
