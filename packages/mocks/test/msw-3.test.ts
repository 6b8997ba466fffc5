import { HttpHandler } from 'msw';
import { setupServer } from 'msw/node';

import { describeHandlers } from './describe-handlers.ts';

describeHandlers('MSW 3', setupServer, HttpHandler);
