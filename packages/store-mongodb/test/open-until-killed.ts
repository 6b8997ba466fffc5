/** Run as a process of its own: opens a database, and kills itself before the command that it was told; prints how many there were. */
import { MongoClient } from 'mongodb';

import { openMongoStore } from '../src/index.ts';
import { kinds } from './old-database.ts';

const [, , uri = '', database = '', lastCommand = ''] = process.argv;
let commands = 0;

const { connect } = MongoClient.prototype;
MongoClient.prototype.connect = async function (this: MongoClient) {
  this.on('commandStarted', () => {
    commands += 1;
    if (commands === Number(lastCommand)) process.kill(process.pid, 'SIGKILL');
  });
  return connect.call(this);
};

const address = new URL(uri);
address.searchParams.set('monitorCommands', 'true');
const store = await openMongoStore({ uri: address.href, database, kinds });
process.stdout.write(String(commands));
await store.close();
