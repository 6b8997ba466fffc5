export type { CreateStore, StoreTraits, StoreUnderTest } from './store-under-test.ts';
export { testStore } from './test-store.ts';
