import { TreeMembers } from '#server/types/tree-members.js';
import { describeScoredMembers } from './scored-members-suite.js';

describeScoredMembers(
  'members in a dict and a tree',
  (arena) => new TreeMembers(arena, 7),
  (members) => members.validate(),
);
