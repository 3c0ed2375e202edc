'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

/** The front door: to the containers, or with the token of a one-time link to signing in. */
export default function FrontPage() {
  const router = useRouter();
  useEffect(() => router.replace(location.hash.includes('token=') ? `/sign-in${location.hash}` : '/containers'), [router]);
  return null;
}
