/** Groups are named by their name or by their ARN; the region and the account in it are not looked at. */
import { invalid } from './feature-error.js';
import { namePattern } from './limits.js';

const arnPattern = /^arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:\d{12}:feature-group\/(.+)$/;
const charsMax = 256;

/** @throws FeatureError ValidationError */
export function groupNameIn(nameOrArn: string): string {
  const name = arnPattern.exec(nameOrArn)?.[1] ?? nameOrArn;
  if (nameOrArn.length > charsMax || !namePattern.test(name)) {
    const shown = nameOrArn.length > 80 ? `${nameOrArn.slice(0, 80)}...` : nameOrArn;
    throw invalid(`'${shown}' is no name of a feature group, and no ARN of one`);
  }
  return name;
}

/** Case as AWS has it in ARNs. */
export function groupArn(name: string, region: string, account: string): string {
  return `arn:aws:sagemaker:${region}:${account}:feature-group/${name.toLowerCase()}`;
}
