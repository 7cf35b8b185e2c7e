import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

describe('the HyperLogLog commands', () => {
  test('tell a change when a register has changed', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    const recorder = new ChangeRecorder(server);
    expect([client.call('PFADD', 'h', 'a'), client.call('PFADD', 'h', 'a')]).toEqual([1, 0]);
    expect(client.call('PFCOUNT', 'h', 'none')).toBe(1);
    expect(recorder.take()).toEqual({ changes: ['pfadd h'], effects: ['PFADD h a'] });
    client.call('PFMERGE', 'm', 'h');
    client.call('PFDEBUG', 'TODENSE', 'm');
    expect(recorder.take().changes).toEqual(['pfadd m', 'pfdebug m']);
  });

  test('keep the expiry of the key', () => {
    const client = startInProcess().connect();
    client.call('PFADD', 'h', 'a');
    client.call('EXPIRE', 'h', 100);
    client.call('PFADD', 'h', 'b');
    client.call('PFCOUNT', 'h');
    client.call('PFDEBUG', 'TODENSE', 'h');
    expect(client.call('TTL', 'h')).toBe(100);
  });

  test('leave a key as it was when it turns out to be corrupt', () => {
    const client = startInProcess().connect();
    const few = Buffer.concat([Buffer.from('HYLL'), Buffer.of(1), Buffer.alloc(11), Buffer.of(0x20)]);
    client.call('SET', 'few', few);
    const elements = Array.from({ length: 50 }, (_, i) => `element:${i}`);
    expect(client.error('PFADD', 'few', ...elements)).toBe('INVALIDOBJ Corrupted HLL object detected');
    expect(client.call('GET', 'few')).toBe(few.toString('latin1'));
  });

  test('test themselves', () => {
    expect(startInProcess().connect().call('PFSELFTEST')).toBe('OK');
  });
});
