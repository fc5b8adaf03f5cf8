// OpenSSL, and as functions what it offers as macros or with variable arguments, which Swift cannot call.
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ec.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline long interop_ssl_ctx_set_min_version(SSL_CTX *context, int version) {
  return SSL_CTX_set_min_proto_version(context, version);
}

static inline long interop_ssl_ctx_set_max_version(SSL_CTX *context, int version) {
  return SSL_CTX_set_max_proto_version(context, version);
}

static inline long interop_ssl_set_server_name(SSL *connection, const char *name) {
  return SSL_set_tlsext_host_name(connection, name);
}

static inline int interop_ssl_peer_authority_count(const SSL *connection) {
  return sk_X509_NAME_num(SSL_get0_peer_CA_list(connection));
}

static inline const X509_NAME *interop_ssl_peer_authority(const SSL *connection, int index) {
  return sk_X509_NAME_value(SSL_get0_peer_CA_list(connection), index);
}

static inline int interop_ssl_peer_chain_count(const SSL *connection) {
  return sk_X509_num(SSL_get_peer_cert_chain(connection));
}

static inline EVP_PKEY *interop_generate_p256(void) { return EVP_EC_gen("P-256"); }

static inline EVP_PKEY *interop_generate_rsa(unsigned int bits) { return EVP_RSA_gen(bits); }

static inline int interop_err_reason(unsigned long error) { return ERR_GET_REASON(error); }
