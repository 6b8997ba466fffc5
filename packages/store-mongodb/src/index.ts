export type { MongoAddress } from './connect-mongo.ts';
export { type MongoStoreOptions, openMongoStore } from './open-mongo-store.ts';
export { raiseMongoSequences } from './sequence-floor.ts';
