import { guard } from '#sdk/semantic-cache/trap-guard.js';

function verdict(cached: string, asked: string): string {
  const result = guard(cached, asked);
  const mirrored = guard(asked, cached);
  expect(mirrored).toEqual(result);
  return result.ok ? 'ok' : result.rule;
}

describe('refuses', () => {
  test.each([
    ['number', 'What were the fees in 2023?', 'What were the fees in 2024?'],
    ['number', 'Is delivery free over £30?', 'Is delivery free over £300?'],
    ['number', 'Can I bring 2 bags?', 'Can I bring bags?'],
    ['number', 'I was charged twice', 'I was charged three times'],
    ['number', 'opening hours on the 3rd', 'opening hours on the 4th'],
    ['identifier', 'Do I need a plan for 5G?', 'Do I need a plan for 4G?'],
    ['identifier', 'How do I sort a list in C++?', 'How do I sort a list in C#?'],
    ['identifier', 'Where is order AB12?', 'Where is order AB13?'],
    ['negation', 'Can I take photos in the museum?', "Can't I take photos in the museum?"],
    ['negation', 'Which foods contain gluten?', 'Which foods contain no gluten?'],
    ['negation', 'How do I turn off voicemail?', 'How do I not turn off voicemail?'],
    ['negation', 'How do I insure my phone?', 'How do I stop insuring my phone?'],
    ['antonym', 'How do I enable two-step sign-in?', 'How do I disable two-step sign-in?'],
    ['antonym', 'How do I turn my router on?', 'How do I switch my router off?'],
    ['antonym', 'How do I freeze my card?', 'How do I unfreeze my card?'],
    ['antonym', 'How can I increase my limit?', 'how do i lower my limit'],
    ['antonym', 'Will prices go up in April?', 'Will prices go down in April?'],
    ['direction', 'convert usd to eur', 'convert eur to usd'],
    ['direction', 'trains from Leeds to York', 'trains from York to Leeds'],
    ['direction', 'How do I move money to savings from checking?', 'How do I move money from savings to checking?'],
    ['direction', 'call another country from the UK', 'call the UK from another country'],
    ['class', 'What is the weather in Paris?', 'What is the weather in Rome?'],
    ['class', 'What is the weather in Paris?', 'What is the weather?'],
    ['class', 'Do you deliver on Sundays?', 'Do you deliver on Mondays?'],
    ['class', 'Can I pay in dollars?', 'Can I pay in €?'],
    ['class', 'roaming charges in the US', 'roaming charges in Canada'],
    ['name', 'Where do I find the Atlas report?', 'Where do I find the Boreas report?'],
    ['person', 'Can I see my statement?', "Can I see my wife's statement?"],
    ['person', 'Is my son insured?', 'Is my mother insured?'],
    ['measure', 'How much is a repair?', 'How long is a repair?'],
    ['swapped-word', 'How do I cancel my card?', 'How do I cancel my transfer?'],
    ['swapped-phrase', 'How do I reach the founder of the firm?', 'How do I reach the chief executive of the firm?'],
    ['swapped-phrase', 'Please order two laptop bags today', 'Please order two suitcases today'],
    ['name', 'Where do I find my PAC code?', 'Where do I find my PUK code?'],
    ['script', '如何取消我的卡', '如何更改我的卡'],
    ['script', 'отменить карту', 'отменить перевод'],
    ['length', 'a '.repeat(5_000), 'a '.repeat(4_999)],
  ])('%s: "%s" and "%s"', (rule, cached, asked) => {
    expect(verdict(cached, asked)).toBe(rule);
  });
});

describe('lets pass', () => {
  test.each([
    ['How do I reset my bank card PIN?', 'How do I reset my bank PIN?'],
    ['How do I cancel my card?', 'how do i cancel my card'],
    ['How do I cancel my card?', 'I would like to cancel my card, please'],
    ['How do I reset my password?', 'I forgot my password, how can I get a new one?'],
    ['How do I reset my password?', "I don't know how to reset my password"],
    ['How do I reset my password?', 'how do i reset my pasword'],
    ["Why can't I log in?", 'my login fails'],
    ['I forgot my PIN', "I can't remember my PIN"],
    ['Is it free over £1,000?', 'is it free over £1000.00'],
    ['Can I bring two bags?', 'Am I allowed to bring 2 bags?'],
    ['How long does a refund take?', 'How many days does a refund take?'],
    ['How much does it cost to call the United States?', 'How much is a call to the USA?'],
    ['How do I turn on Wi-Fi calling?', 'How can I enable WiFi calls?'],
    ['How do I forward my calls to another number?', 'Can I get my calls forwarded to a different number?'],
    ['Trains from Leeds to York', 'trains to York from Leeds'],
    ['Can I pay with PayPal?', 'Do you take paypal?'],
    ['How do I change my address?', 'How do I update my address?'],
    ['如何取消我的卡', '如何取消我的卡 '],
    ['', ''],
  ])('"%s" and "%s"', (cached, asked) => {
    expect(verdict(cached, asked)).toBe('ok');
  });
});

test('reads long prompts whole', () => {
  const long = 'I would like to know how I can change the address on my account, because we moved. '.repeat(90);
  expect(verdict(long, long)).toBe('ok');
});
