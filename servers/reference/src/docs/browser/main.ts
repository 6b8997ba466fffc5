import { startCopying } from './copying.ts';
import { startNavigation } from './navigation.ts';
import { keepCodeReachable } from './scrolling.ts';
import { startSearch } from './search.ts';
import { showAddress } from './server-address.ts';
import { startTrying } from './trying.ts';

showAddress();
startSearch();
startNavigation();
startCopying();
startTrying();
keepCodeReachable();
