import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { parseUrl } from '#dist/cluster/url.js';

const refuses = (url: string, message: RegExp, options = {}) =>
  assert.throws(() => parseUrl(url, options), { code: 'ERR_INVALID_OPTION', message });

describe('the address of a cluster', () => {
  it('has a host, and a port that is 15002 if none is given', () => {
    assert.equal(parseUrl('sc://spark.example').origin, 'http://spark.example:15002');
    assert.equal(parseUrl('sc://spark.example:443/').name, 'sc://spark.example:443');
    assert.equal(parseUrl('sc://[::1]:1/').origin, 'http://[::1]:1');
  });

  it('has the parameters of other clients of Spark', () => {
    const id = '8c1d3a52-8ee2-4d2d-a64b-0c2e6f1f0a11';
    const address = parseUrl(
      `sc://h/;use_ssl=true;user_id=ann%20b;session_id=${id};user_agent=x;X-Team=a%3Bb;`,
    );
    assert.equal(address.origin, 'https://h:15002');
    assert.equal(address.userId, 'ann b');
    assert.equal(address.sessionId, id);
    assert.equal(address.userAgent, 'x');
    assert.deepEqual([...address.headers], [['x-team', 'a;b']]);
  });

  it('sends a token as a header, over TLS', () => {
    const address = parseUrl('sc://h/;token=abc%2Bd');
    assert.equal(address.isSecure, true);
    assert.equal(address.headers.get('authorization'), 'Bearer abc+d');
  });

  it('sends a token unencrypted to this machine alone', () => {
    for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '[::1]']) {
      assert.equal(parseUrl(`sc://${host}/;token=abc`).isSecure, false, host);
    }
    for (const host of ['h', '128.0.0.1', 'localhost.example', '127.0.0.1.example', '10.0.0.1']) {
      refuses(`sc://${host}/;token=abc;use_ssl=false`, /unencrypted.*allowPlainToken/);
      refuses(`sc://${host}/;use_ssl=false`, /unencrypted/, { token: 'abc' });
    }
    const allowed = parseUrl('sc://h/;token=abc;use_ssl=false', { allowPlainToken: true });
    assert.equal(allowed.isSecure, false);
  });

  it('prefers the token of the options', () => {
    const { headers } = parseUrl('sc://localhost/;token=one', { token: 'two' });
    assert.equal(headers.get('authorization'), 'Bearer two');
  });

  it('is refused with the word that was meant', () => {
    refuses('sc://h/;tokn=x', /no parameter tokn; did you mean token\?/);
    refuses('sc://h/;USE_SSL=true', /did you mean use_ssl\?/);
    refuses('sc://h/;color=red', /there are token, use_ssl/);
    refuses('https://h', /did you mean sc:\/\//);
    refuses('spark://h:7077', /standalone master/);
    refuses('h:15002', /looks like sc:\/\/localhost:15002/);
    refuses('sc://h;token=x', /begin with \/;/);
    refuses('sc://h:0', /port/);
    refuses('sc://h:70000', /port/);
    refuses('sc://', /cannot be read/);
    refuses('sc://h/path', /cannot be read/);
    refuses('sc://user:pass@h', /cannot be read/);
    refuses('sc://h/;use_ssl=yes', /true or false/);
    refuses('sc://h/;use_ssl=true;use_ssl=true', /twice/);
    refuses('sc://h/;session_id=7', /UUID/);
    refuses('sc://h/;token=%zz', /%25/);
    refuses('sc://h/;token=', /empty/);
    refuses('sc://h/;token=a%0Ab', /ASCII/);
  });

  it('is refused without a word of its secrets', () => {
    const secret = 'geheim1234567890';
    const urls = [
      `sc://h/;token=${secret};use_ssl=false`,
      `sc://h/;token=${secret};tokn=${secret}`,
      `sc://h/;${secret}`,
      `sc://h;token=${secret}`,
      `sc://h/;token=${secret}%0A`,
      `sc://u:${secret}@h`,
    ];
    for (const url of urls) {
      assert.throws(
        () => parseUrl(url),
        (error) => !inspect(error).includes(secret),
        url,
      );
    }
  });

  it('hides secrets in texts, as they are and as URLs have them', () => {
    const { secrets } = parseUrl('sc://localhost/;token=ab%2Bcd;x-key=0123456789;x-on=true');
    assert.equal(secrets.hide('ab+cd ab%2Bcd 0123456789 true'), '*** *** *** true');
  });
});
