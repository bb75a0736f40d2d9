"""What changes what others read: building all sites, switching, publishing, going back."""
