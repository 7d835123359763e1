import { describe, expect, it } from '@jest/globals';
import { clientIdFault } from '../../../../src/google/auth/client-id.js';

describe('the form of a client id', () => {
  it.each([
    '123456789012-abcdefghijklmnopqrstuvwxyz012345.apps.googleusercontent.com',
    '123456789-emulator.apps.googleusercontent.com',
    '123456789012.apps.googleusercontent.com',
  ])('lets %s pass', (clientId) => {
    expect(clientIdFault(clientId)).toBeUndefined();
  });

  it.each([
    ['"1-a.apps.googleusercontent.com', /quote at one end/],
    ['https://console.cloud.google.com/auth/clients', /is an address/],
    ['http://1-a.apps.googleusercontent.com', /is an address/],
    ['GOCSPX-abcdefghijklmnop', /is the client secret/],
    ['AIzaSyabcdefghijklmnop', /is an API key/],
    ['photodav@my-project.iam.gserviceaccount.com', /service accounts/],
    ['somebody@gmail.com', /e-mail address/],
    ['123456789012', /number of the project/],
    ['my-photos-1234', /id of the project/],
    ['123456789012-abc', /does not end in \.apps\.googleusercontent\.com/],
    ['123456789012-abc.apps.googleusercontent.com ', /or holds more/],
    ['photos.apps.googleusercontent.com', /does not begin with the number/],
  ])('says what %j is instead', (clientId, expected) => {
    const fault = clientIdFault(clientId);
    expect(fault?.message).toMatch(expected);
    expect(fault?.advice).toContain('https://console.cloud.google.com/auth/clients');
  });
});
