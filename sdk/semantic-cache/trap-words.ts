/**
 * The word tables of the trap guard: English, lower-case, in dictionary form.
 *
 * Words are general on purpose (no product names, no vocabulary of one trade). Inflections need no entry of their own:
 * readers compare stems. A table line is a claim that the words are, or are not, interchangeable in a question; when
 * in doubt a word is left out of SYNONYMS and FILLER_PHRASES (they let hits pass) and stays in the rest (they refuse).
 */

/** Words that deny what follows. */
export const NEGATIONS: readonly string[] = [
  ...['not', 'never', 'no', 'none', 'nobody', 'nothing', 'neither', 'nor', 'without', 'cannot', 'unable'],
  ...['cant', 'dont', 'doesnt', 'didnt', 'isnt', 'arent', 'wasnt', 'werent', 'wont', 'wouldnt', 'couldnt', 'shouldnt'],
  ...['hasnt', 'havent', 'hadnt', 'mustnt', 'neednt', 'aint', 'stop'],
];

/** Words that say the same as a negated sentence: "the login fails" is "I cannot log in". */
export const FAILURE_WORDS: readonly string[] = [
  ...['fail', 'failure', 'decline', 'reject', 'refuse', 'deny', 'break', 'broken', 'miss', 'missing', 'lose', 'lost'],
  ...['stick', 'stuck', 'error', 'problem', 'trouble', 'issue', 'forget', 'forgot', 'forgotten', 'dead', 'down'],
  ...['late', 'delay', 'overdue', 'lack', 'impossible', 'wrong', 'avoid', 'prevent', 'block', 'waive', 'free'],
  ...[
    'cancel',
    'end',
    'terminate',
    'quit',
    'leave',
    'disable',
    'deactivate',
    'remove',
    'hide',
    'withhold',
    'zero',
    'stop',
    'die',
  ],
];

/** Phrases whose negation denies nothing about the question. They are cut out before negations are looked for. */
export const FILLER_PHRASES: readonly RegExp[] = [
  /\b(?:no|not a|not any) (?:idea|clue)\b/g,
  /\b(?:not|n't|dont|cannot|cant) (?:really |quite |exactly )?(?:sure|certain|know|understand)\b/g,
  /\b\w+n't (?:really |quite |exactly )?(?:sure|certain|know|understand|work out|figure out)\b/g,
  /\b(?:\w+n't|cannot|can not|cant|could not) (?:seem to )?(?:find|see|figure|work)(?: out)? (?:how|where|what|which|a way|any way|the option|the button)\b/g,
  /\b(?:whether )?or not\b/g,
  /\bif not\b/g,
  /\bnot only\b/g,
  /\bno (?:rush|hurry|worries|problem|offence)\b/g,
  /\bwhy (?:not|don't|dont)\b/g,
];

type Opposites = readonly [readonly string[], readonly string[]];

/** Two sides that never share an answer. Each side may name several words of one meaning. */
export const ANTONYMS: readonly Opposites[] = [
  [
    ['enable', 'activate', 'activation'],
    ['disable', 'deactivate', 'deactivation'],
  ],
  [['open'], ['close', 'shut']],
  [
    ['increase', 'raise', 'higher', 'more', 'boost'],
    ['decrease', 'reduce', 'lower', 'less', 'fewer'],
  ],
  [
    ['add', 'attach', 'insert', 'set'],
    ['remove', 'delete', 'detach', 'lift'],
  ],
  [
    ['create', 'make'],
    ['delete', 'destroy', 'erase'],
  ],
  [
    ['start', 'begin', 'resume', 'continue', 'keep'],
    ['stop', 'end', 'pause', 'quit', 'cancel'],
  ],
  [['renew'], ['cancel', 'terminate']],
  [
    ['freeze', 'block', 'lock', 'suspend', 'ban'],
    ['unfreeze', 'unblock', 'unlock', 'reinstate', 'reactivate', 'unban'],
  ],
  [['send'], ['receive', 'get']],
  [['withdraw', 'withdrawal'], ['deposit']],
  [
    ['buy', 'purchase'],
    ['sell', 'sale'],
  ],
  [['lend'], ['borrow']],
  [['import'], ['export']],
  [['upload'], ['download']],
  [['before'], ['after']],
  [
    ['incoming', 'inbound'],
    ['outgoing', 'outbound'],
  ],
  [['credit'], ['debit']],
  [['join'], ['leave']],
  [['subscribe'], ['unsubscribe']],
  [['install'], ['uninstall']],
  [['connect'], ['disconnect']],
  [['encrypt'], ['decrypt']],
  [['compress'], ['decompress']],
  [['include'], ['exclude']],
  [
    ['accept', 'approve', 'allow', 'permit'],
    ['decline', 'reject', 'refuse', 'deny', 'forbid'],
  ],
  [['show'], ['hide']],
  [['upgrade'], ['downgrade']],
  [
    ['minimum', 'min', 'least'],
    ['maximum', 'max', 'most'],
  ],
  [['smallest'], ['largest', 'biggest']],
  [
    ['cheap', 'cheaper', 'cheapest'],
    ['expensive', 'dear', 'dearest'],
  ],
  [
    ['fast', 'faster', 'quick'],
    ['slow', 'slower'],
  ],
  [
    ['early', 'earlier', 'earliest'],
    ['late', 'later', 'latest'],
  ],
  [['first'], ['last']],
  [
    ['prepaid', 'prepay'],
    ['postpaid', 'contract'],
  ],
  [
    ['domestic', 'national'],
    ['international', 'foreign', 'abroad', 'overseas'],
  ],
  [
    ['personal', 'private'],
    ['business', 'company', 'corporate'],
  ],
  [['public'], ['private']],
  [['physical', 'plastic'], ['virtual']],
  [['single', 'sole'], ['joint']],
  [['sender'], ['recipient', 'receiver', 'beneficiary']],
  [['weekday'], ['weekend']],
  [
    ['find', 'found'],
    ['lose', 'lost'],
  ],
  [['up'], ['down']],
  [['remember'], ['forget', 'forgot', 'forgotten']],
  [
    ['succeed', 'success'],
    ['fail', 'failure'],
  ],
  [['win'], ['lose']],
  [['pass'], ['fail']],
  [
    ['above', 'over'],
    ['below', 'under'],
  ],
  [['old'], ['young']],
  [['safe'], ['dangerous', 'unsafe']],
  [['legal'], ['illegal']],
  [
    ['login', 'signin'],
    ['logout', 'signout'],
  ],
  [['optin'], ['optout']],
];

/** Spoken phrases, each rewritten to one word that the tables know. */
export const SPOKEN_PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\b(?:\w+n't|cannot|can not|cant|dont|do not) (?:\w+ )?(?:remember|recall)\b/g, 'forgot'],
  [/\b(?:turn|switch)(?:ed|ing|s|es)?((?: \S+){0,4}?) on\b/g, 'enable$1'],
  [/\b(?:turn|switch)(?:ed|ing|s|es)?((?: \S+){0,4}?) off\b/g, 'disable$1'],
  [/\b(?:log|sign)(?:ged|ging|ed|ing|s)? ?(?:me )?in(?:to)?\b/g, 'login'],
  [/\b(?:log|sign)(?:ged|ging|ed|ing|s)? ?(?:me )?out(?: of)?\b/g, 'logout'],
  [/\bopt(?:ed|ing|s)? in\b/g, 'optin'],
  [/\bopt(?:ed|ing|s)? out\b/g, 'optout'],
];

/** A text without any of these holds no spoken phrase. */
export const SPOKEN_BEGINNINGS = /turn|switch|log|sign|opt|remember|recall/;

/** How two prompts that name members of a closed class are compared. */
export interface ClosedClass {
  readonly name: string;
  /**
   * `equal`: both prompts name the same members, or neither names one. `conflict`: refused only when each names a
   * member the other does not (a prompt that names none is asking in general).
   */
  readonly policy: 'equal' | 'conflict';
  /** Each group holds the names of one member. */
  readonly members: readonly (readonly string[])[];
}

function each(words: string): readonly (readonly string[])[] {
  return words.split(' ').map((word) => [word]);
}

export const CLOSED_CLASSES: readonly ClosedClass[] = [
  {
    name: 'place',
    policy: 'equal',
    members: [
      ['usa', 'u.s.', 'united states', 'america', 'american'],
      ['uk', 'united kingdom', 'britain', 'british', 'england', 'english'],
      ['eu', 'european union', 'europe', 'european'],
      ['germany', 'german'],
      ['france', 'french'],
      ['spain', 'spanish'],
      ['italy', 'italian'],
      ['ireland', 'irish'],
      ['scotland', 'scottish'],
      ['wales', 'welsh'],
      ['netherlands', 'holland', 'dutch'],
      ['belgium', 'belgian'],
      ['switzerland', 'swiss'],
      ['austria', 'austrian'],
      ['portugal', 'portuguese'],
      ['poland', 'polish'],
      ['greece', 'greek'],
      ['sweden', 'swedish'],
      ['norway', 'norwegian'],
      ['denmark', 'danish'],
      ['finland', 'finnish'],
      ['turkey', 'turkish'],
      ['russia', 'russian'],
      ['ukraine', 'ukrainian'],
      ['canada', 'canadian'],
      ['mexico', 'mexican'],
      ['brazil', 'brazilian'],
      ['argentina', 'argentinian'],
      ['china', 'chinese'],
      ['japan', 'japanese'],
      ['korea', 'korean'],
      ['india', 'indian'],
      ['pakistan', 'pakistani'],
      ['australia', 'australian'],
      ['new zealand'],
      ['south africa'],
      ['egypt', 'egyptian'],
      ['nigeria', 'nigerian'],
      ['kenya', 'kenyan'],
      ['israel', 'israeli'],
      ['new york', 'nyc'],
      ['los angeles'],
      ['san francisco'],
      ['hong kong'],
      ...each('london paris berlin madrid rome dublin lisbon vienna zurich geneva amsterdam brussels copenhagen oslo'),
      ...each('stockholm helsinki warsaw prague budapest athens istanbul moscow kyiv manchester birmingham leeds'),
      ...each('liverpool bristol edinburgh glasgow cardiff belfast barcelona milan munich hamburg frankfurt lyon'),
      ...each('chicago boston seattle houston dallas miami toronto vancouver montreal sydney melbourne tokyo osaka'),
      ...each('seoul beijing shanghai singapore mumbai delhi bangalore dubai cairo lagos nairobi'),
    ],
  },
  {
    name: 'month',
    policy: 'conflict',
    members: each('january february april june july august september october november december'),
  },
  {
    name: 'weekday',
    policy: 'conflict',
    members: each('monday tuesday wednesday thursday friday saturday sunday'),
  },
  { name: 'day', policy: 'conflict', members: each('today tomorrow yesterday tonight') },
  {
    name: 'period',
    policy: 'conflict',
    members: [
      ['hourly', 'per hour'],
      ['daily', 'per day'],
      ['weekly', 'per week'],
      ['monthly', 'per month'],
      ['quarterly', 'per quarter'],
      ['yearly', 'annual', 'annually', 'per year'],
    ],
  },
  { name: 'order', policy: 'conflict', members: each('next last previous current') },
  {
    name: 'currency',
    policy: 'conflict',
    members: [
      ['dollar', 'usd', '$'],
      ['euro', 'eur', '€'],
      ['pound', 'gbp', 'sterling', '£'],
      ['yen', 'jpy', '¥'],
      ['franc', 'chf'],
      ...each('rupee rouble zloty krona krone peso yuan bitcoin ether'),
    ],
  },
  { name: 'card-brand', policy: 'conflict', members: [['visa'], ['mastercard'], ['amex', 'american express']] },
  {
    name: 'platform',
    policy: 'conflict',
    members: [['android'], ['ios', 'iphone', 'ipad'], ['windows'], ['mac', 'macos', 'macbook'], ['linux']],
  },
  { name: 'browser', policy: 'conflict', members: each('chrome firefox safari edge') },
  {
    name: 'wallet',
    policy: 'conflict',
    members: [['apple pay'], ['google pay'], ['paypal']],
  },
  {
    name: 'channel',
    policy: 'conflict',
    members: [
      ['email', 'e-mail'],
      ['sms', 'text message'],
      ['post', 'letter'],
    ],
  },
];

/** People a prompt may be about besides its writer: an answer about one person is not an answer about another. */
export const PEOPLE: readonly (readonly string[])[] = [
  ['wife', 'husband', 'spouse', 'partner', 'girlfriend', 'boyfriend', 'fiance'],
  ['son', 'daughter', 'child', 'children', 'kid', 'teenager'],
  ['mother', 'mum', 'mom', 'father', 'dad', 'parent'],
  ['brother', 'sister', 'sibling'],
  ['grandmother', 'grandfather', 'grandma', 'grandpa', 'grandparent'],
  ['friend', 'mate'],
  ['colleague', 'coworker'],
  ['flatmate', 'roommate', 'housemate'],
  ['tenant'],
  ['landlord'],
  ['someone else', 'somebody else', 'anyone else', 'another person', 'other people'],
];

/** Numbers people spell out. `zero`, `one` and `second` are missing: "zero bars", "this one", "a second". */
export const NUMBER_WORDS: ReadonlyMap<string, string> = new Map([
  ...',,two,three,four,five,six,seven,eight,nine,ten,eleven,twelve,thirteen,fourteen,fifteen,sixteen,seventeen,eighteen,nineteen,twenty'
    .split(',')
    .map((word, value): [string, string] => [word, String(value)])
    .filter(([word]) => word !== ''),
  ['twice', '2'],
  ['thirty', '30'],
  ['forty', '40'],
  ['fifty', '50'],
  ['sixty', '60'],
  ['seventy', '70'],
  ['eighty', '80'],
  ['ninety', '90'],
  ['hundred', '100'],
  ['thousand', '1000'],
  ['million', '1000000'],
]);

/** Words of one meaning: prompts that differ only by one of them ask the same. */
export const SYNONYMS: readonly (readonly string[])[] = [
  ['cancel', 'stop', 'end', 'terminate', 'quit'],
  ['change', 'update', 'edit', 'modify', 'amend', 'alter', 'adjust', 'switch', 'move', 'swap'],
  ['delete', 'close', 'remove', 'erase'],
  ['receive', 'obtain', 'request', 'order'],
  ['buy', 'purchase'],
  ['fix', 'solve', 'repair', 'resolve'],
  ['begin', 'start', 'open', 'create', 'setup', 'make'],
  ['enable', 'activate'],
  ['disable', 'deactivate'],
  ['cost', 'price', 'fee', 'charge', 'pay'],
  ['more', 'extra', 'additional', 'higher', 'high'],
  ['outage', 'fault', 'failure', 'down'],
  ['speak', 'talk'],
  ['provider', 'network', 'operator', 'carrier'],
  ['reward', 'bonus'],
  ['person', 'human', 'people', 'agent'],
  ['item', 'product', 'article'],
  ['fail', 'decline', 'reject'],
  ['phone', 'mobile', 'telephone', 'cell', 'smartphone'],
  ['fast', 'quick', 'quickly', 'soon'],
  ['reset', 'recover', 'restore', 'retrieve'],
  ['see', 'view', 'check', 'find', 'show', 'look', 'locate'],
  ['let', 'allow', 'permit'],
  ['big', 'large', 'huge'],
  ['small', 'little', 'tiny'],
  ['lost', 'missing', 'misplaced', 'lose', 'misplace'],
  ['bill', 'invoice'],
  ['delivery', 'shipping', 'shipment'],
  ['parcel', 'package'],
  ['send', 'transfer', 'move', 'wire'],
  ['money', 'cash', 'funds'],
  ['shop', 'store', 'branch'],
  ['contact', 'reach', 'call'],
  ['arrive', 'come', 'reach'],
  ['photo', 'picture', 'image'],
  ['film', 'movie'],
  ['freeze', 'block', 'lock'],
  ['wrong', 'incorrect'],
  ['broken', 'faulty', 'defective', 'damaged', 'cracked'],
  ['code', 'number'],
  ['explain', 'describe', 'tell'],
];

/** Words that carry no part of the question: left out when two prompts are compared word by word. */
export const UNIMPORTANT_WORDS: readonly string[] = [
  ...['a', 'an', 'the', 'this', 'that', 'these', 'those', 'some', 'any', 'all', 'one', 'ones', 'thing', 'something'],
  ...[
    'i',
    'me',
    'my',
    'mine',
    'myself',
    'we',
    'us',
    'our',
    'you',
    'your',
    'yours',
    'it',
    'its',
    'they',
    'them',
    'their',
  ],
  ...["i'm", "i've", "i'd", "i'll", "it's", "that's", "what's", "how's", "there's", "you're", 'im', 'ive'],
  ...[
    'be',
    'is',
    'am',
    'are',
    'was',
    'were',
    'been',
    'being',
    'do',
    'does',
    'did',
    'done',
    'doing',
    'have',
    'has',
    'had',
  ],
  ...['can', 'could', 'will', 'would', 'shall', 'should', 'may', 'might', 'must', 'able', 'possible', 'possibly'],
  ...['how', 'what', 'which', 'when', 'where', 'why', 'who', 'whom', 'whose', 'whats', 'hows', 'there', 'here'],
  ...['to', 'of', 'in', 'on', 'at', 'for', 'with', 'by', 'from', 'as', 'into', 'about', 'up', 'out', 'off', 'over'],
  ...['and', 'or', 'but', 'if', 'so', 'then', 'than', 'because', 'also', 'too', 'just', 'really', 'very', 'actually'],
  ...[
    'please',
    'pls',
    'plz',
    'help',
    'hi',
    'hello',
    'hey',
    'thanks',
    'thank',
    'sorry',
    'kindly',
    'ok',
    'well',
    'right',
  ],
  ...['want', 'need', 'like', 'wish', 'wonder', 'try', 'trying', 'go', 'going', 'gonna', 'know', 'tell', 'say', 'way'],
  ...['now', 'currently', 'already', 'still', 'ever', 'yet', 'quite', 'bit', 'exactly', 'anyway', 'again', 'even'],
  ...[
    'get',
    'got',
    'getting',
    'use',
    'put',
    'set',
    'make',
    'take',
    'find',
    'work',
    'happen',
    'come',
    'turn',
    'seem',
    'mean',
  ],
  ...['another', 'other', 'different', 'available', 'real', 'possible', 'much', 'many', 'lot'],
];

/** Words after which "to" begins an infinitive: "how to send", not "to London". */
export const INFINITIVE_LEADS: readonly string[] = [
  ...['how', 'what', 'where', 'when', 'which', 'whether', 'want', 'wants', 'wanted', 'need', 'needs', 'like', 'wish'],
  ...[
    'try',
    'tried',
    'trying',
    'going',
    'able',
    'unable',
    'possible',
    'have',
    'has',
    'had',
    'is',
    'way',
    'order',
    'used',
  ],
  ...['easy', 'hard', 'ready', 'allowed', 'supposed', 'forgot', 'decided', 'plan', 'hope', 'love', 'prefer', 'wait'],
];
