import { defineConfig } from 'wxt';
import { HOST_PERMISSIONS } from './src/hosts';

/**
 * The public half of a key whose private half was never kept: it only pins the id that Chrome gives the
 * extension (aogpfkodphkmkjpbefdnnpojjkcpkhal), so that a pairing survives a reinstallation from a folder.
 */
const CHROME_PUBLIC_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA+TpvTiDn15jfrQbMh0dGhAs1kCRSL9m4GvXfVPc/yUSIDebzv6Q+vwR9wql49W32' +
  'KJJCVGbynBm8IygjSapL6P3Lxqwr6peBk5+SzdRtCqqg5WscXRaZ9L4qz/pqFSb3146V4Rfm+CW7FSE5gNpf9xOBhPro+S3O+1MNaj+XIrYc' +
  'GP3Hu+KfT5+OwrsgbDEWUBeqH5yFaNmDhnGwU2KHSs9LTiyVLmVeyXX/WgmXylRejxrP2PAwGfdt+kshyXcN01dsqQVcJHLYX2OWqrZ+sWLE' +
  'D0dkK8OGamwOibfhfd75IJK7+DNVZpKkpuma6Jo1wRCE0eSj6tRb1KNijWkMPwIDAQAB';

/**
 * Said explicitly because Firefox's own default upgrades `ws://127.0.0.1` to `wss:` and so cuts the helper off.
 * Pictures come from LINE (https) or from the sandbox (loopback).
 */
const EXTENSION_PAGES_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "object-src 'none'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https: http://127.0.0.1:* http://localhost:*",
  "connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:* http://localhost:* ws://localhost:*",
].join('; ');

export default defineConfig({
  srcDir: 'src',
  manifestVersion: 3,
  imports: false,
  modules: ['@wxt-dev/i18n/module'],
  // Content script modules run on other people's pages: nothing is fetched at run time, and nothing is left to guess.
  vite: () => ({ build: { target: 'es2022', sourcemap: false } }),
  manifest: ({ browser }) => ({
    name: '__MSG_common_name__',
    short_name: 'Ittsu',
    description: '__MSG_common_description__',
    default_locale: 'ja',
    ...(browser === 'firefox'
      ? {
          browser_specific_settings: {
            gecko: {
              id: 'ittsu@ittsu.example',
              strict_min_version: '140.0',
              data_collection_permissions: { required: ['none'] },
            },
          },
        }
      : { key: CHROME_PUBLIC_KEY, minimum_chrome_version: '120' }),
    // `scripting` only to run the same content script on sites that the operator added, once each is allowed.
    permissions: ['storage', 'alarms', 'scripting'],
    // Asked for only when the person wants to be told of new friends.
    optional_permissions: ['notifications'],
    host_permissions: [...HOST_PERMISSIONS],
    optional_host_permissions: ['https://*/*'],
    content_security_policy: { extension_pages: EXTENSION_PAGES_POLICY },
    icons: { 16: 'icon/16.png', 32: 'icon/32.png', 48: 'icon/48.png', 128: 'icon/128.png' },
    commands: {
      'open-dock': { suggested_key: { default: 'Alt+Shift+I' }, description: '__MSG_common_shortcut__' },
    },
    action: { default_title: '__MSG_common_name__', default_icon: { 16: 'icon/16.png', 32: 'icon/32.png' } },
  }),
});
