import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isPublicAddress } from '../../../src/host/images/publicAddress.ts';

const PUBLIC = [
  '8.8.8.8',
  '172.15.255.255',
  '172.32.0.1',
  '100.128.0.1',
  '223.255.255.255',
  '168.63.129.17',
  '2606:4700::1111',
  '2a00:1450:4001::5',
  '64:ff9b::808:808',
];

const NOT_PUBLIC = [
  ['this host', '0.0.0.0'],
  ['private', '10.1.2.3'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.1.1'],
  ['shared by a carrier', '100.64.0.1'],
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['metadata of a cloud', '169.254.169.254'],
  ['metadata of a cloud', '100.100.100.200'],
  ['metadata of a cloud', '192.0.0.192'],
  ['metadata of a cloud', '168.63.129.16'],
  ['metadata of a cloud', 'fd00:ec2::254'],
  ['benchmarks', '198.19.0.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['IPv4-mapped', '::ffff:127.0.0.1'],
  ['IPv4-mapped', '::ffff:a00:1'],
  ['IPv4-compatible', '::127.0.0.1'],
  ['translated', '64:ff9b::7f00:1'],
  ['translated', '64:ff9b::10.0.0.1'],
  ['translated', '64:ff9b::a9fe:a9fe'],
  ['translated for local use', '64:ff9b:1::808:808'],
  ['translated by a host', '::ffff:0:808:808'],
  ['Teredo', '2001:0:808:808::1'],
  ['6to4', '2002:7f00:1::'],
  ['documentation', '2001:db8::1'],
  ['unique-local', 'fc00::1'],
  ['unique-local', 'fdff::1'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['site-local', 'fec0::1'],
  ['multicast', 'ff02::1'],
  ['no address', 'localhost'],
  ['no address', ''],
] as const;

describe('isPublicAddress', () => {
  for (const address of PUBLIC) {
    it(`allows ${address}`, () => {
      assert.equal(isPublicAddress(address), true);
    });
  }

  for (const [what, address] of NOT_PUBLIC) {
    it(`does not allow ${address}, ${what}`, () => {
      assert.equal(isPublicAddress(address), false);
    });
  }
});
