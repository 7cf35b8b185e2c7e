import { DEPTH_MAX, freshSettings, PRECISION_MAX } from '#server/scripting/libraries/json-settings.js';

test('every instance begins with settings of its own, at the limits lua-cjson begins with', () => {
  const [first, second] = [freshSettings(), freshSettings()];
  first.precision = 1;
  expect(second).toMatchObject({ precision: PRECISION_MAX, encodeDepthMax: DEPTH_MAX, decodeDepthMax: DEPTH_MAX });
});
