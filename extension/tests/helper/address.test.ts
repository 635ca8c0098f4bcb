import { describe, expect, it } from 'vitest';
import { eventsAddress, hostAndPort, readAddress } from '../../src/helper/address';

describe('the helper’s address', () => {
  it.each([
    ['http://127.0.0.1:8171', 'http://127.0.0.1:8171'],
    [' 127.0.0.1:8171 ', 'http://127.0.0.1:8171'],
    ['http://localhost:9000/', 'http://127.0.0.1:9000'],
    ['http://127.0.0.1:8171/api/v1', 'http://127.0.0.1:8171'],
    ['ｈｔｔｐ：／／１２７．０．０．１：８１７１', 'http://127.0.0.1:8171'],
  ])('%s is understood', (typed, address) => {
    expect(readAddress(typed)).toBe(address);
  });

  it.each([
    '',
    'http://example.com:8171',
    'https://127.0.0.1:8171',
    'http://127.0.0.1.example.com',
    'http://user:pass@127.0.0.1:8171',
    'http://192.168.1.5:8171',
    'file:///etc/passwd',
  ])('%s is refused: nothing leaves this computer', (typed) => {
    expect(readAddress(typed)).toBeNull();
  });

  it('names the port even when it is the usual one', () => {
    expect(hostAndPort('http://localhost')).toBe('localhost:80');
    expect(eventsAddress('http://127.0.0.1:8171')).toBe('ws://127.0.0.1:8171/api/v1/events');
  });
});
